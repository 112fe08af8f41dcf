package org.silotune.prep.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.silotune.llm.tokenizer.LoadedTokenizer;
import org.silotune.prep.UnusableDataException;
import org.silotune.prep.shard.PreparedFolder;
import org.silotune.prep.shard.ShardManifest;

/** How the settings of a preparation differ from those that a folder was prepared with. */
final class SettingsDifference {

  private SettingsDifference() {}

  /**
   * Checks that rows can be added to a folder.
   *
   * @param preparation the settings now, as a manifest keeps them
   * @throws UnusableDataException that names every difference
   */
  static void requireNone(
      PreparedFolder folder,
      ShardManifest before,
      PrepareConfig config,
      LoadedTokenizer loaded,
      ObjectNode preparation) {
    List<String> differences = of(before, config, loaded, preparation);
    if (!differences.isEmpty()) {
      throw new UnusableDataException(
          "Cannot add rows to prepared data %s: %s; undo the change, name another folder, or prepare all rows again with --rebuild"
              .formatted(folder.uri(), String.join(", ", differences)));
    }
  }

  /**
   * Returns the differences in words, by the names of the settings.
   *
   * @param preparation the settings now, as a manifest keeps them
   */
  static List<String> of(
      ShardManifest before, PrepareConfig config, LoadedTokenizer loaded, ObjectNode preparation) {
    SortedMap<String, String> was = values(before.preparation());
    was.put("tokenizer", before.tokenizerSha256());
    was.put("template", before.template());
    was.put("max-length", "" + before.maxLength());
    was.put("seed", "" + before.seed());
    SortedMap<String, String> now = values(preparation);
    now.put("tokenizer", loaded.tokenizer().sha256());
    now.put("template", loaded.template().name());
    now.put("max-length", "" + config.maxLength());
    now.put("seed", "" + config.seed());
    TreeSet<String> keys = new TreeSet<>(was.keySet());
    keys.addAll(now.keySet());
    return keys.stream()
        .filter(key -> !Objects.equals(was.get(key), now.get(key)))
        .map(key -> difference(key, was, now))
        .toList();
  }

  private static String difference(String key, Map<String, String> was, Map<String, String> now) {
    return "%s: was %s, now %s"
        .formatted(key, was.getOrDefault(key, "absent"), now.getOrDefault(key, "absent"));
  }

  /** The leaves of a manifest's settings; which files there are is no setting. */
  private static SortedMap<String, String> values(JsonNode preparation) {
    TreeMap<String, String> values = new TreeMap<>();
    collect("", preparation, values);
    values.remove("source.files");
    return values;
  }

  private static void collect(String path, JsonNode node, Map<String, String> values) {
    if (node instanceof ObjectNode object && !object.isEmpty()) {
      for (Map.Entry<String, JsonNode> entry : object.properties()) {
        String key = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
        collect(key, entry.getValue(), values);
      }
    } else if (node.isArray()) {
      List<String> items =
          StreamSupport.stream(node.spliterator(), /* parallel= */ false)
              .map(JsonNode::asText)
              .collect(Collectors.toList());
      values.put(path, items.toString());
    } else if (!node.isObject()) {
      values.put(path, node.asText());
    }
  }
}
