package org.silotune.prep.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.prep.SparkSessionExtension;
import org.silotune.prep.shard.ShardManifest;
import org.silotune.prep.source.LakeFormat;
import org.silotune.prep.source.SourceConfig;

/** A folder that is to be put into a table is that of the same settings and rows, or is not. */
@ExtendWith(SparkSessionExtension.class)
final class SourceReadingTest {

  private static final SinkConfig SINK = new SinkConfig("lake.examples", LakeFormat.ICEBERG);

  @TempDir Path temp;
  private RawData data;
  private Path source;

  @BeforeEach
  void begin() throws IOException {
    data = RawData.in(temp);
    source = Files.createDirectory(temp.resolve("landing"));
  }

  @Test
  void aFolderIsDoneForItsOwnFilesAlone(SparkSession spark) throws IOException {
    Files.write(source.resolve("a.jsonl"), RawData.rows("north", 9));
    PrepareConfig config = RawData.config(source).withSink(SINK);
    ShardManifest done = data.prepare(spark, config).manifest();

    assertThat(isDone(spark, done, config)).isTrue();
    assertThat(isDone(spark, done, config.withSeed(1))).isFalse();
    Path moved = Files.copy(source.resolve("a.jsonl"), temp.resolve("a.jsonl"));
    assertThat(isDone(spark, done, RawData.config(moved).withSink(SINK))).isTrue();
    Files.write(moved, RawData.rows("north", 10)); // of the same name
    assertThat(isDone(spark, done, RawData.config(moved).withSink(SINK))).isFalse();
    Files.write(source.resolve("b.jsonl"), RawData.rows("south", 9));
    assertThat(isDone(spark, done, config)).isFalse();

    ShardManifest without = data.prepare(spark, RawData.config(source)).manifest();
    assertThat(without.preparation().at("/source/content").isMissingNode()).isTrue();
    assertThat(isDone(spark, without, config)).isFalse(); // of which rows nobody knows
  }

  @Test
  void aTableThatNobodyCanTellIsNeverTheSame(SparkSession spark) {
    spark.sql("SELECT 'a' AS silo, 'b' AS instruction, 'c' AS output").createOrReplaceTempView("v");
    PrepareConfig config =
        PrepareConfig.defaults().withSource(SourceConfig.defaults().withTable("v")).withSink(SINK);
    ShardManifest done = data.prepare(spark, config).manifest();
    assertThat(done.rowsOut()).isEqualTo(1);
    assertThat(isDone(spark, done, config)).isFalse();
    assertThat(done.preparation().at("/source").properties())
        .extracting(entry -> entry.getKey())
        .isEqualTo(List.of("format", "files", "columns"));
  }

  private boolean isDone(SparkSession spark, ShardManifest done, PrepareConfig config) {
    return Preparation.isDone(spark, done, config, data.model());
  }
}
