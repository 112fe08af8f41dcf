package org.silotune.prep.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.prep.SparkSessionExtension;
import org.silotune.prep.shard.PreparedFolder;
import org.silotune.prep.shard.ShardTable;

/** The rows of a folder of several versions as tables of Spark. */
@ExtendWith(SparkSessionExtension.class)
final class VersionTablesTest {

  private static final String ODD = "b/\u00fc+1 100%=";

  @TempDir Path temp;
  private PreparedFolder folder;

  /** Three versions, of which the second and the third prepare a silo again. */
  @BeforeEach
  void prepare(SparkSession spark) throws IOException {
    IncrementalData data = IncrementalData.in(temp, spark);
    data.write("a.jsonl", RawData.rows("south", 6));
    data.write(
        "b.jsonl", List.of(RawData.row(ODD, "One", "", "1"), RawData.row(ODD, "No", "", "")));
    data.prepare(data.byFiles());
    data.write("b.jsonl", RawData.rows(ODD, 5));
    data.write("c.jsonl", List.of(RawData.row("south", "Ask", "", "")));
    data.prepare(data.byFiles());
    data.write("a.jsonl", RawData.rows("south", 9));
    data.write("d.jsonl", RawData.rows("west", 2));
    folder = data.prepare(data.byFiles()).folder();
    assertThat(folder.manifest().silo(ODD).versions()).containsExactly(2);
    assertThat(folder.manifest().silo("south").versions()).containsExactly(3);
  }

  @Test
  void shardsOfAllVersionsAreOneReadOfTheRowsThatCount(SparkSession spark) {
    Dataset<Row> table = ShardTable.of(spark, folder);

    assertThat(placement(table)).isEqualTo(IncrementalData.placement(folder)).hasSize(16);
    assertThat(table.select("silo", "version").distinct().collectAsList())
        .extracting(row -> row.getString(0) + " " + row.getInt(1))
        .containsExactlyInAnyOrder(ODD + " 2", "south 3", "west 3");
    assertThat(ShardTable.after(spark, folder, folder.manifest(), 2).count()).isEqualTo(11);
    assertThat(ShardTable.after(spark, folder, folder.manifest(), 3).count()).isZero();
    assertThat(table.queryExecution().optimizedPlan().collectLeaves().size()).isEqualTo(1);
  }

  @Test
  void filesOfOtherSilosAreNotRead(SparkSession spark) throws IOException {
    Path west = temp.resolve("followed/versions/00003/shards/silo=west");
    try (Stream<Path> files = Files.walk(west)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".parquet")).toList()) {
        Files.delete(file.resolveSibling("." + file.getFileName() + ".crc"));
        Files.writeString(file, "no Parquet");
      }
    }
    Dataset<Row> table = ShardTable.of(spark, folder);

    assertThat(table.where("silo = 'south'").count()).isEqualTo(9);
    assertThatThrownBy(table::count).hasMessageContaining("silo=west");
  }

  @Test
  void quarantineOfAllVersionsIsOneReadOfTheRowsThatCount(SparkSession spark) {
    Dataset<Row> table = QuarantineTable.of(spark, folder);

    assertThat(table.collectAsList())
        .extracting(row -> row.getAs("file") + " " + row.getAs("version"))
        .containsExactly("c.jsonl 3");
    assertThat(table.queryExecution().optimizedPlan().collectLeaves().size()).isEqualTo(1);
  }

  private static SortedMap<String, String> placement(Dataset<Row> table) {
    SortedMap<String, String> placement = new TreeMap<>();
    table
        .select("silo", "example_id", "split")
        .collectAsList()
        .forEach(row -> placement.put(row.getString(0) + " " + row.getString(1), row.getString(2)));
    return placement;
  }
}
