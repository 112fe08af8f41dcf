package org.silotune.prep.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.prep.SparkSessionExtension;
import org.silotune.prep.UnusableDataException;
import org.silotune.prep.shard.PreparedFolder;
import org.silotune.prep.shard.ShardManifest;
import org.silotune.prep.shard.StageCounts;
import org.silotune.prep.shard.TokenShardSchema;
import org.silotune.prep.source.InstructionRows;
import org.silotune.prep.split.NaturalId;
import org.silotune.prep.stage.SmallSilos;

/** Silos by a column of many values, of which those with too few usable rows are left out. */
@ExtendWith(SparkSessionExtension.class)
final class NaturalSilosTest {

  @TempDir Path temp;
  private RawData data;

  @BeforeEach
  void begin() {
    data = RawData.in(temp);
  }

  @Test
  void rowsThatAnyStageDroppedDoNotCount(SparkSession spark) throws IOException {
    List<String> rows = new ArrayList<>(RawData.rows("big", 6));
    rows.add(RawData.row("big", "Ask", "", "")); // tokenise drops it
    rows.add(RawData.row("empty", "Ask", "", ""));
    rows.add(RawData.row("answers", "Ask", "", "Yes"));
    rows.add(RawData.row("answers", "Ask", "", ""));
    rows.add(RawData.row("answers", "Ask again", "", " "));
    rows.add(RawData.row("lists", "Ask", "", "No"));
    rows.add("{\"silo\": \"lists\", \"instruction\": \"Ask\", \"output\": [1]}");
    rows.add(RawData.row("exact", "Ask", "", "1"));
    rows.add(RawData.row("exact", "Ask", "", "2"));
    rows.add(RawData.row("exact", "Ask", "", "3"));
    PreparedFolder folder = data.prepare(spark, config(rows, 3));
    ShardManifest manifest = folder.manifest();

    assertThat(manifest.siloNames()).containsExactly("big", "exact");
    assertThat(manifest.silo("exact").exampleCount()).isEqualTo(3);
    assertThat(manifest.silo("big").quarantinedCount()).isEqualTo(1);
    assertThat(manifest.quarantined())
        .isEqualTo(
            new TreeMap<>(Map.of("small-silo", 2L, "empty-answer", 4L, "invalid-value", 1L)));
    assertThat(manifest.stages())
        .containsExactly(
            new StageCounts("read", 16, 1, 0, 0),
            new StageCounts("silos", 15, 0, 0, 0),
            new StageCounts("tokenise", 15, 4, 0, 0),
            new StageCounts("small-silos", 11, 2, 0, 0));
    List<Row> small =
        spark.read().parquet(folder.quarantine()).where("stage = 'small-silos'").collectAsList();
    assertThat(small).extracting(row -> row.<String>getAs("silo")).contains("answers", "lists");
    assertThat(small)
        .extracting(row -> row.<String>getAs("detail"))
        .containsOnly("silo has fewer than 3 rows that can be trained on");
  }

  @Test
  void cutRowsOfSmallSilosWereCutAllTheSame(SparkSession spark) throws IOException {
    List<String> rows = new ArrayList<>(RawData.rows("big", 3));
    rows.add(RawData.row("small", "Say it", "", "word ".repeat(300)));
    ShardManifest manifest =
        data.prepare(
                spark,
                config(rows, 2)
                    .withMaxLength(90, org.silotune.llm.tokenizer.OverlongPolicy.TRUNCATE))
            .manifest();

    assertThat(manifest.stages())
        .contains(
            new StageCounts("tokenise", 4, 0, 1, 0), new StageCounts("small-silos", 4, 1, 0, 0));
    assertThat(manifest.silo("big").train().truncatedCount()).isZero();
  }

  @Test
  void withoutAMinimumASiloNeedsOneRow(SparkSession spark) throws IOException {
    List<String> rows = new ArrayList<>(RawData.rows("one", 1));
    rows.add(RawData.row("none", "Ask", "", ""));

    assertThat(data.prepare(spark, config(rows, 1)).manifest().siloNames()).containsExactly("one");
    assertThatThrownBy(() -> data.prepare(spark, config(rows, 2)))
        .isInstanceOf(UnusableDataException.class)
        .hasMessage(
            "Cannot prepare: none of 2 rows can be trained on; quarantined: {empty-answer=1, small-silo=1}");
  }

  @Test
  void ofSilosThatAreLeftOutTheDriverHearsCountsAlone(SparkSession spark) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      rows.add(encoded("small-" + i, null));
      rows.add(encoded("small-" + i, "empty-answer"));
      rows.add(encoded("big", null));
    }
    Dataset<Row> encoded = spark.createDataFrame(rows, RowEncoding.SCHEMA);
    Dataset<Row> told = SiloTotals.grouped(new SmallSilos(2).apply(encoded));

    assertThat(told.queryExecution().analyzed().toString()).doesNotContain("broadcast");
    assertThat(told.collectAsList())
        .extracting(row -> row.getString(0) + " " + row.getString(2) + " " + row.getLong(5))
        .containsExactlyInAnyOrder(
            "big null 3000", "null small-silo 3000", "null empty-answer 3000");
  }

  private static Row encoded(String silo, String reason) {
    return RowFactory.create(
        java.util.Arrays.stream(RowEncoding.SCHEMA.fields())
            .map(StructField::name)
            .map(
                name ->
                    switch (name) {
                      case TokenShardSchema.SILO -> silo;
                      case TokenShardSchema.SPLIT -> reason == null ? "train" : null;
                      case InstructionRows.REASON -> reason;
                      case InstructionRows.STAGE -> reason == null ? null : "tokenise";
                      case RowEncoding.TRUNCATED -> false;
                      default -> null;
                    })
            .toArray());
  }

  private PrepareConfig config(List<String> rows, int minimum) throws IOException {
    return RawData.config(data.write("a.jsonl", rows)).withSilos(new NaturalId("silo", minimum));
  }
}
