package org.silotune.prep.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.prep.SparkSessionExtension;
import org.silotune.prep.UnusableDataException;
import org.silotune.prep.shard.HeldOutRowReader;
import org.silotune.prep.shard.PreparedFolder;
import org.silotune.prep.shard.RowGroup;
import org.silotune.prep.shard.ShardManifest;
import org.silotune.prep.shard.SiloCounts;
import org.silotune.prep.shard.SiloProfile;
import org.silotune.prep.shard.Split;
import org.silotune.prep.shard.VersionState;
import org.silotune.prep.source.ColumnMapping;
import org.silotune.prep.split.Dirichlet;
import org.silotune.prep.split.Iid;
import org.silotune.prep.split.SizeSkewed;

/** A folder that follows files: those that are new or changed are prepared, the others are not. */
@ExtendWith(SparkSessionExtension.class)
final class IncrementalPreparationTest {

  @TempDir Path temp;
  private IncrementalData data;

  @BeforeEach
  void begin(SparkSession spark) throws IOException {
    data = IncrementalData.in(temp, spark);
  }

  @Test
  void theSameSourceAgainTouchesNothing() throws IOException {
    data.write("a.jsonl", RawData.rows("north", 12));
    PreparedVersion first = data.prepare(data.byFiles());
    SortedMap<String, String> times = IncrementalData.times(first.folder());

    PreparedVersion second = data.prepare(data.byFiles());

    assertThat(first.isNew()).isTrue();
    assertThat(first.newRows()).isEqualTo(12);
    assertThat(second.isNew()).isFalse();
    assertThat(second.newRows()).isZero();
    assertThat(second.manifest()).isEqualTo(first.manifest());
    assertThat(IncrementalData.times(first.folder())).isEqualTo(times);
  }

  @Test
  void versionsHoldWhatOnePreparationOfAllRowsHolds() throws IOException {
    List<String> rows = new ArrayList<>(RawData.rows("north", 30));
    rows.addAll(RawData.rows("south", 25));
    rows.add("{no json");
    data.write("a.jsonl", rows);
    ShardManifest first = data.prepare(data.byFiles()).manifest();
    List<String> more = new ArrayList<>(RawData.rows("south", 40)); // 25 of them are there already
    more.addAll(RawData.rows("west", 10));
    more.add(RawData.row("west", "Ask", "", ""));
    data.write("b.jsonl", more);

    PreparedVersion second = data.prepare(data.byFiles());
    ShardManifest atOnce = data.atOnce(data.byFiles());
    ShardManifest manifest = second.folder().manifest();

    assertThat(second.newRows()).isEqualTo(51);
    assertThat(second.preparedAgain()).isEmpty();
    assertThat(manifest).isEqualTo(second.manifest());
    assertThat(manifest.versions()).containsExactly(1, 2);
    assertThat(manifest.contentSha256()).isEqualTo(atOnce.contentSha256());
    assertThat(manifest.stages()).isEqualTo(atOnce.stages());
    assertThat(manifest.quarantined()).isEqualTo(atOnce.quarantined()).hasSize(2);
    assertThat(manifest.preparation().get("source")).isEqualTo(atOnce.preparation().get("source"));
    assertThat(manifest.preparation().has("incremental")).isTrue();
    assertThat(atOnce.preparation().has("incremental")).isFalse();
    assertThat(manifest.silos().stream().map(silo -> withoutVersions(silo)).toList())
        .isEqualTo(atOnce.silos().stream().map(silo -> withoutVersions(silo)).toList());
    assertThat(manifest.silo("north")).isEqualTo(first.silo("north"));
    assertThat(manifest.silo("north").versions()).containsExactly(1);
    assertThat(manifest.silo("south").versions()).containsExactly(1, 2);
    assertThat(manifest.silo("west").versions()).containsExactly(2);
    assertThat(HeldOutRowReader.read(second.folder().shard(manifest, "south", Split.TEST)))
        .hasSize((int) manifest.silo("south").test().exampleCount());
  }

  @Test
  void aChangedFileHasItsSilosPreparedAgainAndNoOthers(SparkSession spark) throws IOException {
    data.write("north.jsonl", RawData.rows("north", 20));
    data.write("south.jsonl", RawData.rows("south", 20));
    List<String> both = new ArrayList<>(RawData.rows("south", 5));
    both.add(RawData.row("west", "Where", "", "Here."));
    both.add(RawData.row("south", "Ask", "", "")); // in quarantine, and again with its silo
    data.write("both.jsonl", both);
    data.prepare(data.byFiles());
    List<String> changed = new ArrayList<>(RawData.rows("south", 18));
    changed.add("{no json");
    data.write("south.jsonl", changed);

    PreparedVersion second = data.prepare(data.byFiles());
    ShardManifest manifest = second.manifest();

    assertThat(second.preparedAgain()).containsExactly("south");
    assertThat(manifest.silo("north").versions()).containsExactly(1);
    assertThat(manifest.silo("west").versions()).containsExactly(1);
    assertThat(manifest.silo("south").versions()).containsExactly(2);
    assertThat(manifest.contentSha256()).isEqualTo(data.atOnce(data.byFiles()).contentSha256());
    assertThat(manifest.rowsOut()).isEqualTo(20 + 18 + 6);
    assertThat(manifest.quarantined()).isEqualTo(Map.of("empty-answer", 1L, "malformed-json", 1L));
    assertThat(IncrementalData.placement(second.folder())).hasSize(44);
    assertThat(spark.read().parquet(second.folder().quarantine(manifest)).count()).isEqualTo(3);
    assertThat(QuarantineTable.of(spark, second.folder()).collectAsList())
        .extracting(row -> row.getAs("reason") + " " + row.getAs("version"))
        .containsExactlyInAnyOrder("empty-answer 2", "malformed-json 2");

    data.delete("south.jsonl");
    data.delete("north.jsonl");
    assertThatThrownBy(() -> data.prepare(data.byFiles()))
        .isInstanceOf(UnusableDataException.class)
        .hasMessage(
            "Cannot prepare: the source has no row any more of silo north (20 examples); bring back what is missing, set federated.allow-empty-silos to true to go on without it, or prepare all rows again with --rebuild");
    assertThat(second.folder().manifest()).isEqualTo(manifest);
    ShardManifest third = data.prepare(data.byFiles(), EmptySilos.ALLOWED, RowScope.NEW).manifest();
    assertThat(third.siloNames()).containsExactly("south", "west");
    assertThat(third.rowsOut()).isEqualTo(6);
    assertThat(third.quarantined()).isEqualTo(Map.of("empty-answer", 1L));
    assertThat(data.prepare(data.byFiles()).isNew()).isFalse();
    VersionState state = second.folder().state(third);
    assertThat(state.source()).containsOnlyKeys("both.jsonl");
    assertThat(state.source().get("both.jsonl").silos()).containsExactly("south", "west");
    assertThat(state.groups()).extracting(RowGroup::file).containsOnly("");
  }

  @Tag("stress")
  @Test
  void madeUpSilosByTheHashOfARowKeepOldRowsWhereTheyAre() throws IOException {
    for (PrepareConfig config :
        List.of(
            data.byFiles().withSilos(new Iid(3)),
            data.byFiles().withSilos(new Dirichlet(3, 0.3)),
            data.byFiles().withSilos(new SizeSkewed(3, SizeSkewed.Growth.LINEAR)))) {
      data.write("a.jsonl", categories("x", "y"));
      PreparedVersion first = data.prepare(config, EmptySilos.ALLOWED, RowScope.ALL);
      SortedMap<String, String> before = IncrementalData.placement(first.folder());
      data.write("b.jsonl", categories("y", "z"));
      PreparedVersion second = data.prepare(config, EmptySilos.ALLOWED, RowScope.NEW);

      assertThat(second.newRows()).isEqualTo(80);
      assertThat(IncrementalData.placement(second.folder())).containsAllEntriesOf(before);
      data.delete("b.jsonl");
    }
  }

  @Test
  void idsOfSilosWithoutNewRowsAreNotRead() throws IOException {
    data.write("a.jsonl", RawData.rows("north", 3));
    data.write("b.jsonl", RawData.rows("south", 3));
    PreparedVersion first = data.prepare(data.byFiles());
    Path north = temp.resolve("followed/versions/00001/shards/silo=north");
    try (Stream<Path> files = Files.walk(north)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".parquet")).toList()) {
        Files.delete(file.resolveSibling("." + file.getFileName() + ".crc"));
        Files.writeString(file, "no Parquet");
      }
    }
    data.write("c.jsonl", RawData.rows("south", 4));

    PreparedVersion second = data.prepare(data.byFiles());

    assertThat(second.manifest().silo("north")).isEqualTo(first.manifest().silo("north"));
    assertThat(second.manifest().silo("south").exampleCount()).isEqualTo(7);
    data.write("d.jsonl", RawData.rows("north", 1));
    assertThatThrownBy(() -> data.prepare(data.byFiles())).hasMessageContaining("silo=north");
  }

  @Test
  void anIdThatIsPreparedAlreadyGoesToQuarantine(SparkSession spark) throws IOException {
    PrepareConfig config = identified(data.byFiles());
    data.write("a.jsonl", List.of(identified("north", 1, "old"), identified("north", 2, "old")));
    data.prepare(config);
    data.write(
        "b.jsonl",
        List.of(
            identified("north", 2, "new"),
            identified("north", 3, "new"),
            identified("south", 2, "new")));

    PreparedVersion second = data.prepare(config);

    assertThat(second.manifest().quarantined()).isEqualTo(Map.of("known-id", 1L));
    assertThat(second.manifest().silo("north").exampleCount()).isEqualTo(3);
    assertThat(second.manifest().silo("north").quarantinedCount()).isEqualTo(1);
    Row row = spark.read().parquet(second.folder().quarantine(second.manifest())).first();
    assertThat(row.<String>getAs("stage")).isEqualTo("silos");
    assertThat(row.<String>getAs("detail")).isEqualTo("id 2 was prepared in an earlier version");
    assertThat(row.<String>getAs("file")).isEqualTo("b.jsonl");
    assertThat(row.<Long>getAs("line")).isEqualTo(1);
  }

  @Test
  void ofSeveralNewRowsOfOneIdTheFirstCounts(SparkSession spark) throws IOException {
    PrepareConfig config = identified(data.byFiles());
    data.write("c.jsonl", List.of(identified("north", 9, "x"), identified("north", 9, "y")));
    assertThatThrownBy(() -> data.prepare(config))
        .hasMessage(
            "Invalid id column id: ids must be unique inside a silo, but 9 occurs 2 times in silo north; name another column, or none for ids made of the content");
    data.delete("c.jsonl");
    data.write("a.jsonl", List.of(identified("north", 1, "old")));
    data.prepare(config);
    data.write("c.jsonl", List.of(identified("north", 9, "z"), identified("south", 9, "z")));
    data.write(
        "b.jsonl",
        List.of(
            identified("north", 1, "new"),
            identified("north", 1, "newer"),
            identified("north", 9, "first"),
            identified("north", 9, "second")));

    ShardManifest manifest = data.prepare(config).manifest();

    assertThat(manifest.quarantined()).isEqualTo(Map.of("known-id", 2L, "repeated-id", 2L));
    assertThat(manifest.silo("north").exampleCount()).isEqualTo(2);
    assertThat(manifest.silo("south").exampleCount()).isEqualTo(1);
    List<Row> repeated =
        spark
            .read()
            .parquet(PreparedFolder.at(data.folder()).quarantine(manifest))
            .where("reason = 'repeated-id'")
            .orderBy("file")
            .collectAsList();
    assertThat(repeated)
        .extracting(row -> "%s line %d".formatted(row.getAs("file"), row.<Long>getAs("line")))
        .containsExactly("b.jsonl line 4", "c.jsonl line 1");
    assertThat(repeated.get(0).<String>getAs("detail"))
        .isEqualTo("id 9 is that of another new row, which comes first");
  }

  /** Whose row counts must not depend on what else has changed. */
  @Test
  void aSiloThatIsPreparedAgainKeepsTheRowsThatWereThereFirst(SparkSession spark)
      throws IOException {
    PrepareConfig config = identified(data.byFiles());
    data.write("z.jsonl", List.of(identified("X", 1, "Old."), identified("X", 2, "Two.")));
    data.write("other.jsonl", List.of(identified("X", 3, "Three.")));
    data.prepare(config);
    data.write("a.jsonl", List.of(identified("X", 1, "New."), identified("X", 4, "Four.")));
    data.write("other.jsonl", List.of(identified("X", 3, "Three, changed.")));

    PreparedVersion second = data.prepare(config);
    data.write("other.jsonl", List.of(identified("X", 3, "Three, changed again.")));
    PreparedVersion third = data.prepare(config); // a.jsonl is an old file now, and still the later

    for (PreparedVersion version : List.of(second, third)) {
      assertThat(version.preparedAgain()).containsExactly("X");
      assertThat(version.manifest().rowsOut()).isEqualTo(4);
      assertThat(QuarantineTable.of(spark, version.folder()).collectAsList())
          .extracting(row -> row.getAs("reason") + " " + row.getAs("file"))
          .containsExactly("repeated-id a.jsonl");
    }
  }

  /** A file is read again for one silo: its rows of another take no number from new rows. */
  @Test
  void equalRowsAreNumberedWithoutHolesWhereAFileIsReadAgain() throws IOException {
    String equal = RawData.row("X", "Ask", "", "The same.");
    List<String> both = new ArrayList<>(List.of(equal));
    both.addAll(RawData.rows("Y", 3));
    data.write("a.jsonl", both);
    data.write("b.jsonl", RawData.rows("Y", 2));
    data.prepare(data.byFiles());
    data.write("b.jsonl", RawData.rows("Y", 4));
    data.write("c.jsonl", List.of(equal));

    PreparedVersion second = data.prepare(data.byFiles());

    assertThat(second.preparedAgain()).containsExactly("Y");
    assertThat(IncrementalData.placement(second.folder()).keySet())
        .filteredOn(id -> id.startsWith("X "))
        .allMatch(id -> id.endsWith("-0") || id.endsWith("-1"))
        .hasSize(2);
    assertThat(second.manifest().contentSha256())
        .isEqualTo(data.atOnce(data.byFiles()).contentSha256());
  }

  @Test
  void anIdIsOneRowWhereSilosAreMadeUp() throws IOException {
    PrepareConfig config = identified(data.byFiles().withSilos(new Dirichlet(3, 0.1)));
    data.write("a.jsonl", IntStream.range(0, 12).mapToObj(i -> labelled("x", i)).toList());
    data.prepare(config, EmptySilos.ALLOWED, RowScope.NEW);
    data.write("b.jsonl", IntStream.range(0, 13).mapToObj(i -> labelled("y" + i, i)).toList());

    ShardManifest manifest = data.prepare(config, EmptySilos.ALLOWED, RowScope.NEW).manifest();

    assertThat(manifest.quarantined()).isEqualTo(Map.of("known-id", 12L));
    assertThat(manifest.rowsOut()).isEqualTo(13);
  }

  /** Writers of JSON leave out what is empty: on a day without a context no row has the column. */
  @Test
  void aLaterFileMayHaveNoInputAndNoCategory() throws IOException {
    ColumnMapping columns =
        new ColumnMapping(
            "instruction", "context", "output", Optional.empty(), "topic", Optional.empty());
    String whole =
        "{'silo': 'X', 'context': 'Here.', 'topic': 'a', 'instruction': 'Ask', 'output': 'Yes.'}"
            .replace('\'', '"');
    String bare = "{'silo': 'X', 'instruction': 'Then', 'output': 'No.'}".replace('\'', '"');
    for (String format : List.of("jsonl", "parquet")) {
      IncrementalData files = data.to("of-" + format);
      PrepareConfig config = files.byFiles();
      config = config.withSource(config.source().withColumns(columns).withFiles("*." + format));
      write(format, "a", whole);
      files.prepare(config);
      write(format, "b", bare);

      PreparedVersion second = files.prepare(config);

      assertThat(second.newRows()).isEqualTo(1);
      assertThat(second.manifest().contentSha256()).isEqualTo(files.atOnce(config).contentSha256());
    }
  }

  private void write(String format, String name, String row) throws IOException {
    if (format.equals("parquet")) {
      data.writeParquet("%s.parquet".formatted(name), List.of(row));
    } else {
      data.write("%s.%s".formatted(name, format), List.of(row));
    }
  }

  @Test
  void aSiloThatLosesItsNewRowsKeepsItsOldOnes() throws IOException {
    data.write("a.jsonl", RawData.rows("north", 8));
    data.prepare(data.byFiles());
    data.write("b.jsonl", List.of(RawData.row("north", "Ask", "", "")));
    PreparedVersion second = data.prepare(data.byFiles());
    assertThat(second.manifest().silo("north").exampleCount()).isEqualTo(8);
    assertThat(second.manifest().silo("north").versions()).containsExactly(1);
    assertThat(second.manifest().quarantined()).isEqualTo(Map.of("empty-answer", 1L));

    data.write(
        "c.jsonl",
        List.of("{\"silo\": \"north\", \"instruction\": \"Ask\", \"answer\": \"Yes.\"}"));
    assertThatThrownBy(() -> data.prepare(data.byFiles()))
        .hasMessage(
            "Unknown column output (named as output): file c.jsonl has answer, instruction, silo; set data.source.columns.output");
    data.write("c.jsonl", List.of(RawData.row("south", "Ask", "", "")));
    assertThatThrownBy(() -> data.prepare(data.byFiles()))
        .isInstanceOf(UnusableDataException.class)
        .hasMessage(
            "Cannot prepare: empty silo south (1 rows in quarantine: 1 by tokenise); set federated.allow-empty-silos to true to go on without it");
    assertThat(PreparedFolder.at(data.folder()).manifest()).isEqualTo(second.manifest());
    PreparedVersion third = data.prepare(data.byFiles(), EmptySilos.ALLOWED, RowScope.NEW);
    assertThat(third.manifest().silo("south").exampleCount()).isZero();
  }

  @Test
  void rowsOfASiloThatHadNothingToTrainOnStayTrainingRows() throws IOException {
    String held = heldOutRow();
    data.write("a.jsonl", List.of(held));
    PreparedVersion first = data.prepare(data.byFiles());
    assertThat(first.manifest().silo("solo").train().exampleCount()).isEqualTo(1);
    List<String> more = new ArrayList<>(RawData.rows("solo", 20));
    more.add(held);
    data.write("b.jsonl", more);

    SortedMap<String, String> before = IncrementalData.placement(first.folder());
    PreparedVersion second = data.prepare(data.byFiles());

    SortedMap<String, String> now = IncrementalData.placement(second.folder());
    assertThat(now).hasSize(22).containsAllEntriesOf(before);
    assertThat(before.keySet()).singleElement().asString().endsWith("-0");
    String again = before.firstKey().replaceFirst("0$", "1");
    assertThat(now.get(again)).isEqualTo("train"); // where the same row is, whatever its hash says
    assertThat(second.manifest().silo("solo").test().exampleCount()).isPositive();
  }

  /** A row that the hash puts into no training split. */
  private String heldOutRow() throws IOException {
    data.write("a.jsonl", RawData.rows("solo", 40));
    ShardManifest manifest = data.atOnce(data.byFiles());
    assertThat(manifest.silo("solo").test().exampleCount()).isPositive();
    PreparedFolder folder = PreparedFolder.at(temp.resolve("out-0").toString());
    String question =
        HeldOutRowReader.read(folder.shard(manifest, "solo", Split.TEST)).get(0).question();
    return RawData.rows("solo", 40).stream()
        .filter(row -> row.contains('"' + question + '"'))
        .findFirst()
        .orElseThrow();
  }

  private static SiloCounts withoutVersions(SiloCounts silo) {
    return new SiloCounts(
        silo.name(),
        silo.train(),
        silo.validation(),
        silo.test(),
        silo.quarantinedCount(),
        silo.profile().plus(SiloProfile.EMPTY)); // and without quantiles, unknown over versions
  }

  private static List<String> categories(String... names) {
    List<String> rows = new ArrayList<>();
    for (String name : names) {
      for (int i = 0; i < 40; i++) {
        rows.add(
            "{\"category\": \"%s\", \"instruction\": \"%1$s %d of %s\", \"output\": \"Yes.\"}"
                .formatted(name, i, names[0]));
      }
    }
    return rows;
  }

  private static PrepareConfig identified(PrepareConfig config) {
    return config.withSource(config.source().withColumns(ColumnMapping.defaults().withId("id")));
  }

  private static String labelled(String category, int id) {
    return "{\"category\": \"%s\", \"id\": %d, \"instruction\": \"Ask\", \"output\": \"Yes.\"}"
        .formatted(category, id);
  }

  private static String identified(String silo, int id, String answer) {
    return "{\"silo\": \"%s\", \"id\": %d, \"instruction\": \"Ask\", \"output\": \"%s\"}"
        .formatted(silo, id, answer);
  }
}
