package org.silotune.llm.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.silotune.llm.LlmException;

/**
 * A folder of safetensors files with an index: {@code model.safetensors.index.json}, whose {@code
 * weight_map} names the file of each tensor. The index is the truth about which tensors exist; a
 * tensor that its file lacks, or a file outside the folder, is refused when opened.
 */
public final class ShardedSafetensors implements TensorSource {

  /** The index's file name. */
  public static final String INDEX_NAME = "model.safetensors.index.json";

  private static final int MAX_INDEX_BYTES = 100_000_000;

  /** A plain file name: a path could lead out of the folder. */
  private static final Pattern SHARD_NAME = Pattern.compile("[A-Za-z0-9._-]+\\.safetensors");

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final Path index;
  private final SortedMap<String, SafetensorsFile> shards;
  private final SortedMap<String, SafetensorsFile> shardOf;

  private ShardedSafetensors(
      Path index,
      SortedMap<String, SafetensorsFile> shards,
      SortedMap<String, SafetensorsFile> shardOf) {
    this.index = index;
    this.shards = shards;
    this.shardOf = shardOf;
  }

  /**
   * Opens the folder's index and every file it names.
   *
   * @throws CorruptCheckpointException if the index or a file is not sound, or they disagree
   */
  public static ShardedSafetensors open(Path folder) {
    Path index = folder.resolve(INDEX_NAME);
    TreeMap<String, SafetensorsFile> shards = new TreeMap<>();
    TreeMap<String, SafetensorsFile> shardOf = new TreeMap<>();
    try {
      for (Map.Entry<String, JsonNode> entry : weightMap(index).properties()) {
        String tensor = entry.getKey();
        String name = shardName(index, tensor, entry.getValue());
        SafetensorsFile shard =
            shards.computeIfAbsent(name, n -> SafetensorsFile.open(folder.resolve(n)));
        if (!shard.names().contains(tensor)) {
          throw MissingTensor.in(shard.path(), tensor, shard.names());
        }
        shardOf.put(tensor, shard);
      }
    } catch (RuntimeException e) {
      shards.values().forEach(SafetensorsFile::close);
      throw e;
    }
    return new ShardedSafetensors(index, shards, shardOf);
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(shardOf.keySet());
  }

  @Override
  public TensorInfo info(String name) {
    return shard(name).info(name);
  }

  @Override
  public List<ByteBuffer> map(String name) {
    return shard(name).map(name);
  }

  @Override
  public List<PinnedMapping> pin(String name) {
    return shard(name).pin(name);
  }

  /** Returns the entries of all files, the first file's where two differ. */
  @Override
  public Map<String, String> metadata() {
    Map<String, String> all = new TreeMap<>();
    shards.values().forEach(shard -> shard.metadata().forEach(all::putIfAbsent));
    return Collections.unmodifiableMap(all);
  }

  @Override
  public float[] floats(String name) {
    return shard(name).floats(name);
  }

  /** Returns the files in name order. */
  public List<Path> paths() {
    return shards.values().stream().map(SafetensorsFile::path).toList();
  }

  @Override
  public void close() {
    shards.values().forEach(SafetensorsFile::close);
  }

  @Override
  public String toString() {
    return "%s (%d tensors in %d files)".formatted(index, shardOf.size(), shards.size());
  }

  private SafetensorsFile shard(String name) {
    SafetensorsFile shard = shardOf.get(name);
    if (shard == null) {
      Collection<String> known = shardOf.keySet();
      throw MissingTensor.in(index, name, known);
    }
    return shard;
  }

  private static JsonNode weightMap(Path index) {
    JsonNode map = readIndex(index).path("weight_map");
    if (!map.isObject() || map.isEmpty()) {
      throw CorruptCheckpointException.of(
          index, "weight_map", "an object from tensor to file name", map.getNodeType());
    }
    return map;
  }

  private static JsonNode readIndex(Path index) {
    byte[] json = readBytes(index);
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw CorruptCheckpointException.of(index, "JSON", "an object", e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw CorruptCheckpointException.of(index, "JSON", "UTF-8", e.getMessage(), e);
    }
  }

  private static byte[] readBytes(Path index) {
    try {
      return WholeFile.read(index, MAX_INDEX_BYTES);
    } catch (NoSuchFileException e) {
      throw new LlmException("Missing safetensors index %s".formatted(index), e);
    } catch (IOException e) {
      throw LlmException.cannot("read", index, e);
    }
  }

  private static String shardName(Path index, String tensor, JsonNode value) {
    String name = value.asText();
    if (!value.isTextual() || !SHARD_NAME.matcher(name).matches()) {
      throw CorruptCheckpointException.of(
          index,
          "weight_map, tensor " + tensor,
          "the name of a .safetensors file in the same folder",
          value);
    }
    if (!Files.isRegularFile(index.resolveSibling(name))) {
      throw CorruptCheckpointException.of(
          index, "weight_map, tensor " + tensor, "a file that is there", name);
    }
    return name;
  }
}
