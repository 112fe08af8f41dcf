package org.silotune.suite.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.prep.shard.LengthQuantiles;
import org.silotune.prep.shard.PreparedFolder;
import org.silotune.prep.shard.ShardManifest;
import org.silotune.prep.shard.SiloCounts;
import org.silotune.prep.shard.Split;
import org.silotune.prep.shard.TokenShardSchema;
import org.silotune.prep.shard.VersionState;
import org.silotune.prep.shard.VersionWriter;
import org.silotune.suite.config.DatasetScale;

/** Arms of a prepared folder that came in versions. */
final class ArmRowsTest {

  @TempDir private Path temp;
  private SparkSession spark;

  @BeforeEach
  void start() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .getOrCreate();
  }

  @AfterEach
  void stop() throws IOException {
    spark.close();
  }

  @Test
  void anArmHasTheRowsOfAllVersionsThatCount() {
    PreparedFolder folder = PreparedFolder.at(temp.resolve("all").toString());
    write(folder, List.of(), "north");
    write(folder, List.of(1), "south"); // north stays as it was

    ArmRows rows =
        new ArmRows(spark, folder, DatasetScale.defaults(), temp.resolve("arms").toString());

    assertThat(rows.silos()).containsExactly("north", "south");
    assertThat(rows.federated(1).manifest().silo("north").train().exampleCount()).isEqualTo(4);
    assertThat(rows.federated(1).manifest().silo("south").train().exampleCount()).isEqualTo(4);
    assertThat(rows.test().manifest().rowsOut()).isEqualTo(4);
    assertThat(rows.global(1).manifest().rowsOut()).isEqualTo(8);
  }

  private void write(PreparedFolder folder, List<Integer> before, String silo) {
    List<Row> examples = new ArrayList<>();
    IntStream.range(0, 6).forEach(i -> examples.add(example(silo, i)));
    try (VersionWriter writer = VersionWriter.open(spark, folder, before)) {
      writer.rows().writeShards(spark.createDataFrame(examples, TokenShardSchema.SHARDS));
      TreeMap<String, List<Integer>> versions = new TreeMap<>();
      before.forEach(version -> versions.put("north", List.of(version)));
      versions.put(silo, List.of(writer.version()));
      var silos =
          writer.count(versions).stream()
              .map(
                  counts ->
                      new SiloCounts(
                          counts.name(),
                          counts.train(),
                          counts.validation(),
                          counts.test(),
                          0,
                          counts.profile(),
                          versions.get(counts.name())))
              .toList();
      long rows = 6L * silos.size();
      var all = new ArrayList<>(before);
      all.add(writer.version());
      var manifest =
          new ShardManifest(
              ShardManifest.SCHEMA_VERSION,
              "0".repeat(64),
              "chatml",
              512,
              0,
              JsonNodeFactory.instance.objectNode(),
              rows,
              rows,
              new TreeMap<>(),
              List.of(),
              silos,
              LengthQuantiles.UNKNOWN,
              ShardManifest.contentSha256(silos),
              all);
      writer.commit(manifest, VersionState.NONE);
    }
  }

  private static Row example(String silo, int i) {
    Split split = i < 4 ? Split.TRAIN : Split.TEST;
    return RowFactory.create(
        "row-" + i, List.of(1, i, 2), List.of(-100, i, 2), silo, split.label());
  }
}
