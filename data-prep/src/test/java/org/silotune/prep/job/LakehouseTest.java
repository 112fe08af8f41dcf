package org.silotune.prep.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TimeZone;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silotune.prep.SparkSessionExtension;
import org.silotune.prep.UnusableDataException;
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

  @ParameterizedTest
  @ValueSource(strings = {DELTA, ICEBERG})
  void aSnapshotHasOneNameWhereverItIsLookedAt(String table) {
    create(table);
    insert(table, 1, 12);
    TimeZone here = TimeZone.getDefault();
    Set<Optional<String>> named = new LinkedHashSet<>();
    Set<Optional<String>> placed = new LinkedHashSet<>();
    try {
      for (String zone : List.of("UTC", "Asia/Tokyo", "America/New_York")) {
        TimeZone.setDefault(TimeZone.getTimeZone(zone));
        for (String isInstant : List.of("false", "true")) {
          SparkSession session = spark.newSession();
          session.conf().set("spark.sql.session.timeZone", zone);
          session.conf().set("spark.sql.datetime.java8API.enabled", isInstant);
          named.add(content(session, SourceConfig.defaults().withTable(table)));
          placed.add(content(session, SourceConfig.defaults().withPath(folder(table))));
        }
      }
    } finally {
      TimeZone.setDefault(here);
    }
    assertThat(named).hasSize(1).doesNotContain(Optional.empty());
    assertThat(placed).hasSize(1).doesNotContain(Optional.empty());
  }

  /** A view has no snapshot of its own, and rows of a Delta table's files may be deleted. */
  @ParameterizedTest
  @ValueSource(strings = {DELTA, ICEBERG})
  void aViewOverATableIsNotToldByItsFiles(String table) {
    create(table);
    insert(table, 1, 12);
    spark.table(table).createOrReplaceTempView("over_a_table");
    assertThat(content(spark, SourceConfig.defaults().withTable("over_a_table"))).isEmpty();
  }

  private static Optional<String> content(SparkSession session, SourceConfig source) {
    return SourceSnapshot.of(session, source).content();
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
  @ValueSource(strings = {"default.sink_delta", "lake.db.sink_iceberg", "delta.`WAREHOUSE/sink`"})
  void aTableFollowsThePreparedFolder(String table) throws IOException {
    SinkConfig sink = sink(table);
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

    Files.delete(temp.resolve("landing/more.jsonl"));
    data.prepare(data.byFiles().withSeed(1), RowScope.ALL);
    assertThat(PreparedTable.follow(spark, sink, folder)).isTrue();
    assertHoldsFolder(sink, folder);
  }

  @Test
  void aDeltaTableByItsPathIsTheSameInAnotherProcess() throws IOException {
    SinkConfig sink = sink("delta.`WAREHOUSE/lasting`");
    data.write("north.jsonl", RawData.rows("north", 9));
    PreparedFolder folder = data.prepare(data.byFiles()).folder();
    assertThat(PreparedTable.follow(spark, sink, folder)).isTrue();
    stop();
    start();
    assertThat(PreparedTable.follow(spark, sink, folder)).isFalse();
    data.write("south.jsonl", RawData.rows("south", 9));
    data.on(spark).prepare(data.byFiles());
    long snapshots = snapshots(sink);

    assertThat(PreparedTable.follow(spark, sink, folder)).isTrue();

    assertHoldsFolder(sink, folder);
    assertThat(snapshots(sink)).isEqualTo(snapshots + 2); // the new rows, and the label
    assertThat(PreparedTable.follow(spark, sink, folder)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"default.its_%s", "lake.db.its_%s", "delta.`WAREHOUSE/its_%s`"})
  void aTableOfAnotherFolderOrOfNobodyIsLeftAsItIs(String name) throws IOException {
    data.write("north.jsonl", RawData.rows("north", 9));
    PreparedFolder first = data.prepare(data.byFiles()).folder();
    PreparedFolder second = data.to("tokens-of-the-second").prepare(data.byFiles()).folder();
    SinkConfig nobodys = sink(name.formatted("nobodys"));
    spark.sql(
        "CREATE TABLE %s USING %s AS SELECT 7 AS n".formatted(nobodys.table(), label(nobodys)));
    assertRefused(
        "Cannot write table %s: it is there already, and prepare did not make it; name another one with data.sink.table, or drop it if nobody needs it"
            .formatted(nobodys.table()),
        nobodys,
        first);
    assertThat(spark.table(nobodys.table()).first().getInt(0)).isEqualTo(7);

    SinkConfig of = sink(name.formatted("first"));
    assertThat(PreparedTable.follow(spark, of, first)).isTrue();
    long snapshots = snapshots(of);
    assertRefused(
        "Cannot write table %s: it holds the rows of prepared data %s, not of %s; name another one with data.sink.table, or drop it if nobody needs it"
            .formatted(of.table(), first.uri(), second.uri()),
        of,
        second);
    assertThat(snapshots(of)).isEqualTo(snapshots);
    PreparedTable.requireOwn(spark, of, first);

    SinkConfig hidden = sink(name.formatted("second")); // its folder has a name like a secret's
    assertThat(PreparedTable.follow(spark, hidden, second)).isTrue();
    assertThat(PreparedTable.follow(spark, hidden, second)).isFalse();
    assertRefused("Cannot write table %s: it holds".formatted(hidden.table()), hidden, first);
  }

  private static void assertRefused(String message, SinkConfig sink, PreparedFolder folder) {
    assertThatThrownBy(() -> PreparedTable.requireOwn(spark, sink, folder))
        .isInstanceOf(UnusableDataException.class)
        .hasMessageStartingWith(message);
    assertThatThrownBy(() -> PreparedTable.follow(spark, sink, folder))
        .isInstanceOf(UnusableDataException.class)
        .hasMessageStartingWith(message);
  }

  private static SinkConfig sink(String table) {
    return new SinkConfig(
        table.replace("WAREHOUSE", warehouse.toString()),
        table.startsWith("lake.") ? LakeFormat.ICEBERG : LakeFormat.DELTA);
  }

  private static String label(SinkConfig sink) {
    return sink.format() == LakeFormat.ICEBERG ? "iceberg" : "delta";
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
