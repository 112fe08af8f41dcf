package org.silotune.prep.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silotune.prep.SparkSessionExtension;
import org.silotune.prep.shard.PreparedFolder;
import org.silotune.prep.shard.ShardManifest;
import org.silotune.prep.shard.ShardTable;
import org.silotune.prep.source.LakeFormat;
import org.silotune.prep.source.RowSelection;
import org.silotune.prep.source.SourceConfig;
import org.silotune.prep.source.SourceSnapshot;

/** Delta and Iceberg tables as what is prepared, and as what holds the prepared examples. */
@Tag("lakehouse")
final class LakehouseTest {

  private static final String DELTA = "default.raw_delta";
  private static final String ICEBERG = "lake.db.raw_iceberg";

  @TempDir private static Path warehouse;
  private static SparkSession spark;

  @TempDir private Path temp;
  private IncrementalData data;

  @BeforeAll
  static void start() {
    spark =
        SparkSessionExtension.builder("local[2]")
            .config(
                "spark.sql.extensions",
                "io.delta.sql.DeltaSparkSessionExtension,org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions")
            .config(
                "spark.sql.catalog.spark_catalog",
                "org.apache.spark.sql.delta.catalog.DeltaCatalog")
            .config("spark.sql.catalog.lake", "org.apache.iceberg.spark.SparkCatalog")
            .config("spark.sql.catalog.lake.type", "hadoop")
            .config("spark.sql.catalog.lake.warehouse", warehouse.resolve("lake").toString())
            .config("spark.sql.warehouse.dir", warehouse.resolve("spark").toString())
            .config("spark.databricks.delta.snapshotPartitions", "2")
            .getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @BeforeEach
  void begin() throws IOException {
    data = IncrementalData.in(temp, spark);
    spark.sql("CREATE NAMESPACE IF NOT EXISTS lake.db");
    for (String table : List.of(DELTA, ICEBERG, "default.sink_delta", "lake.db.sink_iceberg")) {
      spark.sql("DROP TABLE IF EXISTS " + table);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {DELTA, ICEBERG})
  void aTableOfTheSameSnapshotIsNotReadAgain(String table) {
    create(table);
    insert(table, 1, 12);
    PrepareConfig config = data.byFiles().withSource(SourceConfig.defaults().withTable(table));
    PreparedVersion first = data.prepare(config);
    assertThat(first.manifest().rowsOut()).isEqualTo(12);
    assertThat(data.prepare(config).isNew()).isFalse();

    spark.sql("DELETE FROM %s WHERE n <= 2".formatted(table));
    PreparedVersion second = data.prepare(config);
    assertThat(second.isNew()).isTrue();
    assertThat(second.manifest().rowsOut()).isEqualTo(10);
    assertThat(second.manifest().contentSha256()).isEqualTo(data.atOnce(config).contentSha256());
    assertThat(data.prepare(config).isNew()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {DELTA, ICEBERG})
  void rowsAboveTheMarkAreTakenFromATable(String table) {
    create(table);
    insert(table, 1, 12);
    PrepareConfig config = data.by("n").withSource(SourceConfig.defaults().withTable(table));
    data.prepare(config);
    insert(table, 13, 20);
    insert(table, 3, 4); // late

    PreparedVersion second = data.prepare(config);

    assertThat(second.newRows()).isEqualTo(8);
    assertThat(second.lateRows()).isEqualTo(2);
    assertThat(second.mark()).hasToString("Optional[20]");
    assertThat(second.manifest().rowsOut()).isEqualTo(20);
    assertThat(data.prepare(config).isNew()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {DELTA, ICEBERG})
  void aFolderThatIsATableIsReadAsOne(String table) {
    create(table);
    insert(table, 1, 12);
    spark.sql("DELETE FROM %s WHERE n = 5".formatted(table));
    Path folder = folder(table);
    PrepareConfig config = data.by("n").withSource(SourceConfig.defaults().withPath(folder));
    PreparedVersion first = data.prepare(config);
    assertThat(first.manifest().rowsIn()).isEqualTo(11);
    assertThat(first.manifest().preparation().at("/source/format").asText())
        .isEqualTo(table.equals(DELTA) ? "delta" : "iceberg");
    assertThat(data.prepare(config).isNew()).isFalse();
    insert(table, 13, 14);
    assertThat(data.prepare(config).newRows()).isEqualTo(2);
    PrepareConfig whole = data.byFiles().withSource(SourceConfig.defaults().withPath(folder));
    assertThat(data.atOnce(whole).rowsIn()).isEqualTo(13);
  }

  @ParameterizedTest
  @ValueSource(strings = {DELTA, ICEBERG})
  void aTableIsReadAtTheSnapshotThatItHadWhenItWasLookedAt(String table) {
    create(table);
    SourceConfig byName = SourceConfig.defaults().withTable(table);
    SourceSnapshot empty = SourceSnapshot.of(spark, byName);
    insert(table, 1, 12);
    SourceSnapshot named = SourceSnapshot.of(spark, byName);
    SourceSnapshot placed =
        SourceSnapshot.of(spark, SourceConfig.defaults().withPath(folder(table)));
    insert(table, 13, 20);
    spark.sql("DELETE FROM %s WHERE n < 4".formatted(table));

    assertThat(rows(empty)).isZero();
    assertThat(rows(named)).isEqualTo(12);
    assertThat(rows(placed)).isEqualTo(12);
    for (SourceSnapshot snapshot : List.of(empty, named, placed)) {
      snapshot.requireUnchanged(RowSelection.ALL);
    }
  }

  private static long rows(SourceSnapshot snapshot) {
    return snapshot.open(RowSelection.ALL, Optional.empty(), Set.of()).rows().count();
  }

  private static Path folder(String table) {
    return table.equals(DELTA)
        ? warehouse.resolve("spark/raw_delta")
        : warehouse.resolve("lake/db/raw_iceberg");
  }

  @ParameterizedTest
  @ValueSource(strings = {"DELTA default.sink_delta", "ICEBERG lake.db.sink_iceberg"})
  void aTableFollowsThePreparedFolder(String format) throws IOException {
    String[] words = format.split(" ", -1);
    SinkConfig sink = new SinkConfig(words[1], LakeFormat.valueOf(words[0]));
    data.write("north.jsonl", RawData.rows("north", 9));
    data.write("south.jsonl", RawData.rows("south", 9));
    PreparedFolder folder = data.prepare(data.byFiles()).folder();
    assertThat(PreparedTable.follow(spark, sink, folder)).isTrue();
    assertHoldsFolder(sink, folder);
    long snapshots = snapshots(sink);
    assertThat(PreparedTable.follow(spark, sink, folder)).isFalse();
    assertThat(snapshots(sink)).isEqualTo(snapshots);

    data.write("west.jsonl", RawData.rows("west", 4));
    data.prepare(data.byFiles()); // and the table is left behind, as by a process that is killed
    data.write("south.jsonl", RawData.rows("south", 11));
    data.write("more.jsonl", RawData.rows("north", 2));
    ShardManifest manifest = data.prepare(data.byFiles()).manifest();
    assertThat(manifest.silo("south").versions()).containsExactly(3);
    assertThat(manifest.silo("north").versions()).containsExactly(1, 3);
    assertThat(PreparedTable.follow(spark, sink, folder)).isTrue();
    assertHoldsFolder(sink, folder);

    data.delete("west.jsonl");
    data.prepare(data.byFiles(), EmptySilos.ALLOWED, RowScope.NEW);
    assertThat(PreparedTable.follow(spark, sink, folder)).isTrue();
    assertHoldsFolder(sink, folder);

    ShardManifest once = data.atOnce(data.byFiles());
    PreparedFolder plain = PreparedFolder.at(temp.resolve("out-0").toString());
    assertThat(once.contentSha256()).isEqualTo(folder.manifest().contentSha256());
    assertThat(PreparedTable.follow(spark, sink, plain)).isFalse(); // the same content
    Files.delete(temp.resolve("landing/more.jsonl"));
    data.prepare(data.byFiles().withSeed(1), RowScope.ALL);
    assertThat(PreparedTable.follow(spark, sink, folder)).isTrue();
    assertHoldsFolder(sink, folder);
  }

  private static void assertHoldsFolder(SinkConfig sink, PreparedFolder folder) {
    assertThat(texts(spark.table(sink.table()).collectAsList()))
        .isEqualTo(texts(ShardTable.of(spark, folder).collectAsList()))
        .hasSize((int) folder.manifest().rowsOut());
  }

  private static List<String> texts(List<Row> rows) {
    List<String> texts = new ArrayList<>();
    rows.forEach(row -> texts.add(row.json()));
    texts.sort(null);
    return texts;
  }

  private static long snapshots(SinkConfig sink) {
    return sink.format() == LakeFormat.DELTA
        ? spark.sql("DESCRIBE HISTORY " + sink.table()).count()
        : spark.table(sink.table() + ".history").count();
  }

  private static void create(String table) {
    spark.sql(
        "CREATE TABLE %s (silo STRING, instruction STRING, output STRING, n BIGINT) USING %s"
            .formatted(table, table.equals(DELTA) ? "delta" : "iceberg"));
  }

  private static void insert(String table, int from, int to) {
    spark.sql(
        "INSERT INTO %s SELECT 'north', concat('Question ', id), 'Yes.', id FROM range(%d, %d)"
            .formatted(table, from, to + 1));
  }
}
