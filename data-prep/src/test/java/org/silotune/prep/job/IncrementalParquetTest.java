package org.silotune.prep.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.prep.SparkSessionExtension;
import org.silotune.prep.shard.ShardManifest;
import org.silotune.prep.source.ColumnMapping;

/** A folder that follows Parquet files as it follows text files: each row knows its own. */
@ExtendWith(SparkSessionExtension.class)
final class IncrementalParquetTest {

  @TempDir Path temp;
  private IncrementalData data;

  @BeforeEach
  void begin(SparkSession spark) throws IOException {
    data = IncrementalData.in(temp, spark);
  }

  @Test
  void aNewFileIsPreparedAlone() throws IOException {
    data.writeParquet("a b.parquet", RawData.rows("north", 30));
    PreparedVersion first = data.prepare(data.byFiles());
    SortedMap<String, String> before = IncrementalData.placement(first.folder());
    List<String> more = new ArrayList<>(RawData.rows("north", 10)); // all of them are there already
    more.addAll(RawData.rows("south", 20));
    data.writeParquet("ü%20.parquet", more);

    PreparedVersion second = data.prepare(data.byFiles());

    assertThat(second.newRows()).isEqualTo(30);
    assertThat(second.preparedAgain()).isEmpty();
    assertThat(second.manifest().silo("north").versions()).containsExactly(1, 2);
    assertThat(second.manifest().contentSha256())
        .isEqualTo(data.atOnce(data.byFiles()).contentSha256());
    assertThat(IncrementalData.placement(second.folder())).containsAllEntriesOf(before);
    assertThat(second.folder().state(second.manifest()).source().get("ü%20.parquet").silos())
        .containsExactly("north", "south");
    assertThat(data.prepare(data.byFiles()).isNew()).isFalse();
  }

  @Test
  void aChangedOrMissingFileHasItsSilosPreparedAgainAndNoOthers(SparkSession spark)
      throws IOException {
    data.writeParquet("north.parquet", RawData.rows("north", 20));
    data.writeParquet("south.parquet", RawData.rows("south", 20));
    List<String> both = new ArrayList<>(RawData.rows("south", 5));
    both.add(RawData.row("west", "Where", "", "Here."));
    both.add(RawData.row("south", "Ask", "", "")); // in quarantine, and again with its silo
    data.writeParquet("both.parquet", both);
    PreparedVersion first = data.prepare(data.byFiles());
    data.writeParquet("south.parquet", RawData.rows("south", 18));

    PreparedVersion second = data.prepare(data.byFiles());
    ShardManifest manifest = second.manifest();

    assertThat(second.preparedAgain()).containsExactly("south");
    assertThat(manifest.silo("north")).isEqualTo(first.manifest().silo("north"));
    assertThat(manifest.silo("west")).isEqualTo(first.manifest().silo("west"));
    assertThat(manifest.silo("south").versions()).containsExactly(2);
    assertThat(manifest.rowsOut()).isEqualTo(20 + 18 + 6);
    assertThat(manifest.contentSha256()).isEqualTo(data.atOnce(data.byFiles()).contentSha256());
    assertThat(QuarantineTable.of(spark, second.folder()).collectAsList())
        .extracting(row -> row.getAs("reason") + " " + row.getAs("file") + " " + row.getAs("line"))
        .containsExactly("empty-answer both.parquet null");

    data.delete("south.parquet");
    PreparedVersion third = data.prepare(data.byFiles());

    assertThat(third.preparedAgain()).containsExactly("south");
    assertThat(third.manifest().silo("north").versions()).containsExactly(1);
    assertThat(third.manifest().silo("south").exampleCount()).isEqualTo(5);
    assertThat(third.manifest().contentSha256())
        .isEqualTo(data.atOnce(data.byFiles()).contentSha256());
  }

  @Test
  void aRowOfAnEarlierFileComesBeforeThatOfALaterOne(SparkSession spark) throws IOException {
    PrepareConfig config = data.byFiles();
    config = config.withSource(config.source().withColumns(ColumnMapping.defaults().withId("id")));
    data.writeParquet("z.parquet", List.of(identified(1, "Old."), identified(2, "Two.")));
    data.writeParquet("other.parquet", List.of(identified(3, "Three.")));
    data.prepare(config);
    data.writeParquet("a.parquet", List.of(identified(1, "New."), identified(4, "Four.")));
    data.writeParquet("other.parquet", List.of(identified(3, "Three, changed.")));

    PreparedVersion second = data.prepare(config);

    assertThat(second.preparedAgain()).containsExactly("X");
    assertThat(second.manifest().rowsOut()).isEqualTo(4);
    assertThat(second.manifest().quarantined()).isEqualTo(Map.of("repeated-id", 1L));
    assertThat(QuarantineTable.of(spark, second.folder()).collectAsList())
        .extracting(row -> row.getAs("file"))
        .containsExactly("a.parquet");
  }

  /** Nobody knows what silos a file without rows would have had rows of. */
  @Test
  void besideAFileWithoutRowsAChangeHasAllRowsPreparedAgain(SparkSession spark) throws IOException {
    data.writeParquet("a.parquet", RawData.rows("north", 8));
    data.writeParquet("b.parquet", RawData.rows("south", 8));
    spark
        .range(0)
        .selectExpr("'' AS silo", "'' AS instruction", "'' AS input", "'' AS output")
        .write()
        .parquet(temp.resolve("landing/none").toString());
    data.prepare(data.byFiles());
    data.writeParquet("b.parquet", RawData.rows("south", 9));

    ShardManifest manifest = data.prepare(data.byFiles()).manifest();

    assertThat(manifest.silo("north").versions()).containsExactly(2);
    assertThat(manifest.silo("south").exampleCount()).isEqualTo(9);
  }

  private static String identified(int id, String answer) {
    return "{\"silo\": \"X\", \"id\": %d, \"instruction\": \"Ask\", \"output\": \"%s\"}"
        .formatted(id, answer);
  }
}
