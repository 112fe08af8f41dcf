package org.silotune.prep.shard;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.silotune.prep.PreparationException;
import org.silotune.prep.UnusableDataException;

/**
 * The {@code manifest.json} of a prepared folder: what it was made for, from what, and what it
 * holds. It is written last, so a folder without one is not a prepared folder.
 *
 * @param schemaVersion {@link #SCHEMA_VERSION}
 * @param tokenizerSha256 hash of the tokenizer whose ids the shards hold
 * @param template name of the chat template that framed the text
 * @param maxLength longest example, in tokens
 * @param seed of the silo assignment and the splits
 * @param preparation the resolved settings, without any path of the machine
 * @param rowsIn rows read: rows out plus rows quarantined
 * @param rowsOut rows in the shards
 * @param quarantined rows in quarantine, by reason
 * @param stages what each step did, in the order of the steps; none in folders made before it was
 *     kept
 * @param silos counts by silo, in name order
 * @param lengths of the examples of all silos; unknown in folders made before they were kept
 * @param contentSha256 one hash over all shards' ordered columns: equal for any master and any
 *     partitioning of the input, and for rows that came at once or one version after the other
 * @param versions of an incremental folder so far, the last one this; none in any other folder
 */
public record ShardManifest(
    int schemaVersion,
    String tokenizerSha256,
    String template,
    int maxLength,
    long seed,
    JsonNode preparation,
    long rowsIn,
    long rowsOut,
    SortedMap<String, Long> quarantined,
    List<StageCounts> stages,
    List<SiloCounts> silos,
    LengthQuantiles lengths,
    String contentSha256,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Integer> versions) {

  /** The version this code writes and the only one it reads. */
  public static final int SCHEMA_VERSION = 1;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  public ShardManifest {
    requireNonNull(tokenizerSha256, "tokenizerSha256");
    requireNonNull(template, "template");
    requireNonNull(preparation, "preparation");
    requireNonNull(contentSha256, "contentSha256");
    quarantined = Collections.unmodifiableSortedMap(new TreeMap<>(quarantined));
    stages = List.copyOf(Objects.requireNonNullElse(stages, List.of()));
    silos = List.copyOf(silos);
    lengths = Objects.requireNonNullElse(lengths, LengthQuantiles.UNKNOWN);
    versions = List.copyOf(Objects.requireNonNullElse(versions, List.of()));
    if (rowsIn != rowsOut + sum(quarantined)) {
      throw new IllegalArgumentException(
          "Invalid manifest: %d rows in against %d out and %d in quarantine"
              .formatted(rowsIn, rowsOut, sum(quarantined)));
    }
    StageCounts.requireChain(stages, rowsIn, rowsOut);
  }

  /** The manifest of data that are prepared at once. */
  public ShardManifest(
      int schemaVersion,
      String tokenizerSha256,
      String template,
      int maxLength,
      long seed,
      JsonNode preparation,
      long rowsIn,
      long rowsOut,
      SortedMap<String, Long> quarantined,
      List<StageCounts> stages,
      List<SiloCounts> silos,
      LengthQuantiles lengths,
      String contentSha256) {
    this(
        schemaVersion,
        tokenizerSha256,
        template,
        maxLength,
        seed,
        preparation,
        rowsIn,
        rowsOut,
        quarantined,
        stages,
        silos,
        lengths,
        contentSha256,
        List.of());
  }

  /** Returns whether the folder takes in new rows, version after version. */
  public boolean hasVersions() {
    return !versions.isEmpty();
  }

  /** Returns the number of the version that the manifest is of; 0 where there are none. */
  public int version() {
    return versions.isEmpty() ? 0 : versions.get(versions.size() - 1);
  }

  /** Returns the silos' names in order. */
  public List<String> siloNames() {
    return silos.stream().map(SiloCounts::name).toList();
  }

  /**
   * Returns the counts of a silo.
   *
   * @throws PreparationException if the folder has no such silo, with those it has
   */
  public SiloCounts silo(String name) {
    return silos.stream()
        .filter(silo -> silo.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new PreparationException(
                    "Unknown silo %s: the prepared data has %s"
                        .formatted(name, String.join(", ", siloNames()))));
  }

  /**
   * Checks that the shards were made for a model's tokenizer and template.
   *
   * @param folder the prepared folder, for the message
   * @throws PreparationException naming both hashes or both templates
   */
  public void requireMadeFor(String folder, String modelTokenizerSha256, String modelTemplate) {
    if (!tokenizerSha256.equals(modelTokenizerSha256)) {
      throw new UnusableDataException(
          "Cannot use prepared data %s: made for tokenizer %s, the model has tokenizer %s; prepare the data for this model"
              .formatted(folder, tokenizerSha256, modelTokenizerSha256));
    }
    if (!template.equals(modelTemplate)) {
      throw new UnusableDataException(
          "Cannot use prepared data %s: made with template %s, the model uses template %s; prepare the data for it, or ask for template %s (data.template in an experiment, --template in a command)"
              .formatted(folder, template, modelTemplate, template));
    }
  }

  /** Returns the hash over all shards, in (silo, split) order. */
  public static String contentSha256(List<SiloCounts> silos) {
    StringBuilder lines = new StringBuilder();
    for (SiloCounts silo : silos) {
      for (Split split : Split.values()) {
        ShardCounts counts = silo.of(split);
        lines
            .append(silo.name())
            .append('\t')
            .append(split.label())
            .append('\t')
            .append(counts.exampleCount())
            .append('\t')
            .append(counts.sha256())
            .append('\n');
      }
    }
    return ShardDigest.of(lines.toString());
  }

  /** Returns the manifest as indented JSON with kebab-case keys. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write manifest", e);
    }
  }

  /**
   * Returns the manifest of a JSON text.
   *
   * @param where the file, for messages
   * @throws PreparationException if it is of another schema version or no manifest at all
   */
  public static ShardManifest fromJson(String where, String json) {
    try {
      JsonNode tree = JSON.readTree(json);
      int version = tree.path("schema-version").asInt(-1);
      if (version != SCHEMA_VERSION) {
        throw new PreparationException(
            "Cannot read manifest %s: schema version %s, this version reads %d; prepare the data again"
                .formatted(
                    where, version < 0 ? "is missing" : Integer.toString(version), SCHEMA_VERSION));
      }
      return JSON.treeToValue(tree, ShardManifest.class);
    } catch (JsonProcessingException | IllegalArgumentException | NullPointerException e) {
      throw new PreparationException(
          "Cannot read manifest %s: %s; prepare the data again".formatted(where, firstLine(e)), e);
    }
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().collect(Collectors.summingLong(Long::longValue));
  }
}
