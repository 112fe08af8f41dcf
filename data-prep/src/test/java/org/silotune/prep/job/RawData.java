package org.silotune.prep.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.silotune.llm.tokenizer.TinyTokenizer;
import org.silotune.prep.shard.PreparedFolder;
import org.silotune.prep.source.SourceConfig;

/** Raw rows of a test, and what preparing them needs. */
final class RawData {

  private final Path folder;
  private final Path model;
  private int outputs;

  private RawData(Path folder, Path model) {
    this.folder = folder;
    this.model = model;
  }

  /** Begins a test's data, with the tiny tokenizer. */
  static RawData in(Path folder) {
    return new RawData(folder, TinyTokenizer.copyTo(folder.resolve("tokenizer")));
  }

  Path folder() {
    return folder;
  }

  Path model() {
    return model;
  }

  /** Prepares into a new folder. */
  PreparedFolder prepare(SparkSession spark, PrepareConfig config) {
    return prepare(spark, config, EmptySilos.REFUSED);
  }

  /** Prepares into a new folder. */
  PreparedFolder prepare(SparkSession spark, PrepareConfig config, EmptySilos emptySilos) {
    String output = folder.resolve("out-" + outputs++).toString();
    return Preparation.run(spark, config, emptySilos, model, output, PreparationProgress.SILENT);
  }

  Path write(String name, List<String> lines) throws IOException {
    return Files.write(folder.resolve(name), lines);
  }

  static PrepareConfig config(Path source) {
    return PrepareConfig.defaults().withSource(SourceConfig.defaults().withPath(source));
  }

  static List<String> rows(String silo, int count) {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(row(silo, "Question, number " + i, "", "Reply to %s %d.".formatted(silo, i)));
    }
    return rows;
  }

  static String row(String silo, String instruction, String input, String output) {
    return "{\"silo\": \"%s\", \"instruction\": \"%s\", \"input\": \"%s\", \"output\": \"%s\"}"
        .formatted(silo, instruction, input, output);
  }

  /** Returns silo and split of every example, by id. */
  static Map<String, String> placement(SparkSession spark, PreparedFolder folder) {
    return spark.read().parquet(folder.shards()).collectAsList().stream()
        .collect(
            Collectors.toMap(
                row -> row.getAs("example_id"),
                row -> row.getAs("silo") + "/" + row.getAs("split")));
  }
}
