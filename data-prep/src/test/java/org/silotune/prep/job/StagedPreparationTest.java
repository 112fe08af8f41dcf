package org.silotune.prep.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.llm.hub.Sha256;
import org.silotune.prep.PreparationException;
import org.silotune.prep.SparkSessionExtension;
import org.silotune.prep.UnusableDataException;
import org.silotune.prep.shard.PreparedFolder;
import org.silotune.prep.shard.ShardManifest;
import org.silotune.prep.shard.StageCounts;
import org.silotune.prep.split.HoldoutConfig;
import org.silotune.prep.split.Iid;
import org.silotune.prep.split.InnerDirichlet;
import org.silotune.prep.split.NaturalId;
import org.silotune.prep.split.Pathological;
import org.silotune.prep.stage.Contamination;
import org.silotune.prep.stage.LanguageFilter;
import org.silotune.prep.stage.NearDuplicates;
import org.silotune.prep.stage.QualityFilter;
import org.silotune.prep.stage.Redaction;
import org.silotune.prep.stage.StagesConfig;

/** Preparations with stages, from files to shards. */
@ExtendWith(SparkSessionExtension.class)
final class StagedPreparationTest {

  private static final String STORY =
      "the old lighthouse keeper counted every ship that passed the northern cape at dusk and"
          + " wrote each of their names into a heavy book that nobody else was allowed to read";
  private static final String EXAM =
      "a train leaves the station at noon and travels sixty miles in two hours without a stop";

  @TempDir Path temp;
  private RawData data;

  @BeforeEach
  void begin() {
    data = RawData.in(temp);
  }

  @Test
  void everyStageCountsItsRowsAndTheResultIsOneForAnyOrderAndNumberOfCores(SparkSession spark)
      throws Exception {
    List<String> rows = rows();
    PrepareConfig config = config(data.write("a.jsonl", rows)).withStages(all());
    PreparedFolder folder = data.prepare(spark, config);
    ShardManifest manifest = folder.manifest();

    assertThat(manifest.stages())
        .containsExactly(
            new StageCounts("read", 51, 1, 0, 0),
            new StageCounts("normalise", 50, 0, 1, 0),
            new StageCounts("language", 50, 1, 0, 0),
            new StageCounts("quality", 49, 1, 0, 0),
            new StageCounts("redact", 48, 0, 2, 0),
            new StageCounts("silos", 48, 0, 0, 0),
            new StageCounts("exact-duplicates", 48, 2, 0, 0),
            new StageCounts("near-duplicates", 46, 1, 0, 0),
            new StageCounts("contamination", 45, 1, 0, 0),
            new StageCounts("tokenise", 44, 1, 0, 0));
    assertThat(manifest.rowsOut()).isEqualTo(43);
    Map<String, Long> quarantine = quarantine(spark, folder);
    assertThat(quarantine)
        .isEqualTo(
            new TreeMap<>(
                Map.of(
                    "read/malformed-json", 1L,
                    "language/other-language", 1L,
                    "quality/low-quality", 1L,
                    "exact-duplicates/duplicate", 2L,
                    "near-duplicates/near-duplicate", 1L,
                    "contamination/contaminated", 1L,
                    "tokenise/empty-answer", 1L)));
    assertThat(manifest.rowsIn())
        .isEqualTo(
            manifest.rowsOut() + quarantine.values().stream().mapToLong(Long::longValue).sum());
    assertThat(details(spark, folder))
        .anySatisfy(detail -> assertThat(detail).startsWith("same texts as "))
        .anySatisfy(detail -> assertThat(detail).startsWith("nearly the texts of "))
        .anySatisfy(
            detail ->
                assertThat(detail).matches("\\d+ of \\d+ runs of 8 words stand in exam.jsonl"));

    String content = manifest.contentSha256();
    Collections.shuffle(rows, new Random(8));
    Path parts = Files.createDirectory(temp.resolve("parts"));
    Files.write(parts.resolve("x.jsonl"), rows.subList(0, 17));
    Files.write(parts.resolve("b.jsonl"), rows.subList(17, rows.size()));
    spark.stop();
    for (String master : List.of("local[1]", "local[3]")) {
      try (SparkSession other = SparkSessionExtension.builder(master).getOrCreate()) {
        ShardManifest again = data.prepare(other, config(parts).withStages(all())).manifest();
        assertThat(again.contentSha256()).as(master).isEqualTo(content);
        assertThat(again.stages()).isEqualTo(manifest.stages());
        assertThat(again.silos()).isEqualTo(manifest.silos());
      }
    }
  }

  @Test
  void rowsOfTwoSilosAreNeverCompared(SparkSession spark) throws IOException {
    List<String> rows = new ArrayList<>();
    for (String silo : List.of("north", "south")) {
      rows.add(RawData.row(silo, "Tell it", "", STORY));
      rows.add(RawData.row(silo, "Tell it", "", STORY));
      rows.add(RawData.row(silo, "Tell it", "", STORY + " again"));
    }
    StagesConfig stages =
        new StagesConfig(
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            true,
            Optional.of(NearDuplicates.defaults()),
            Optional.empty());
    ShardManifest manifest =
        data.prepare(spark, config(data.write("a.jsonl", rows)).withStages(stages)).manifest();

    assertThat(manifest.silo("north").exampleCount()).isEqualTo(1);
    assertThat(manifest.silo("south").exampleCount()).isEqualTo(1);
    assertThat(manifest.quarantined())
        .isEqualTo(new TreeMap<>(Map.of("duplicate", 2L, "near-duplicate", 2L)));
  }

  @Test
  void survivorIsTheRowWithTheSmallestExampleId(SparkSession spark) throws IOException {
    List<String> rows = new ArrayList<>();
    for (String id : List.of("m", "b", "z")) {
      String text = id.equals("z") ? STORY + " again" : STORY;
      rows.add(
          "{\"uid\": \"%s\", \"silo\": \"s\", \"instruction\": \"Tell\", \"output\": \"%s\"}"
              .formatted(id, text));
    }
    PrepareConfig config = config(data.write("a.jsonl", rows));
    PrepareConfig withIds =
        config
            .withSource(config.source().withColumns(config.source().columns().withId("uid")))
            .withStages(all());

    assertThat(RawData.placement(spark, data.prepare(spark, withIds))).containsOnlyKeys("b");
  }

  @Test
  void contaminatedRowsCanBeReportedAndKept(SparkSession spark) throws IOException {
    Path exam = Files.createDirectory(temp.resolve("sets")); // files of several formats
    Files.writeString(exam.resolve("b.jsonl"), "{\"q\": {\"text\": \"" + EXAM + "\"}}\n");
    Files.writeString(exam.resolve("a.csv"), "q\nNone of these eight words is in a row\n");
    List<String> rows = new ArrayList<>(RawData.rows("north", 5));
    rows.add(RawData.row("north", EXAM, "", "Thirty"));
    PrepareConfig config = config(data.write("a.jsonl", rows));
    ShardManifest manifest =
        data.prepare(
                spark, config.withStages(contamination(exam, Contamination.Action.REPORT, 0.5)))
            .manifest();

    assertThat(manifest.stages()).contains(new StageCounts("contamination", 6, 0, 0, 1));
    assertThat(
            manifest
                .preparation()
                .path("stages")
                .path("contamination")
                .path("sets")
                .findValuesAsText("name"))
        .containsExactly("a.csv", "b.jsonl");
    assertThat(manifest.rowsOut()).isEqualTo(6);
    assertThat(
            data.prepare(
                    spark, config.withStages(contamination(exam, Contamination.Action.DROP, 0.99)))
                .manifest()
                .rowsOut())
        .isEqualTo(6);
    Path broken = data.write("broken.jsonl", List.of("{\"q\": "));
    assertThatThrownBy(
            () ->
                data.prepare(
                    spark, config.withStages(contamination(broken, Contamination.Action.DROP, 0))))
        .hasStackTraceContaining(
            "Cannot read evaluation set broken.jsonl: the record at byte 0: Unexpected end-of-input");
    assertThatThrownBy(
            () ->
                data.prepare(
                    spark,
                    config.withStages(
                        contamination(temp.resolve("none.json"), Contamination.Action.DROP, 0))))
        .isInstanceOf(PreparationException.class)
        .hasMessageContaining("none.json: it does not exist");
  }

  @Test
  void aSetIsEditedAsTheRowsAreBeforeBothAreCompared(SparkSession spark) throws IOException {
    String text = "mail ann@example.org or call +1 212 555 0147 before noon";
    String numbers = "1, 2, 3, 4, 5, 6, 7, 8";
    Path exam =
        data.write(
            "exam.jsonl", List.of("{\"q\": \"%s\", \"a\": \"%s\"}".formatted(text, numbers)));
    List<String> rows = new ArrayList<>(RawData.rows("north", 5));
    rows.add(RawData.row("north", text, "", "So they did"));
    rows.add(RawData.row("north", "Count to eight.", "", numbers)); // tells nothing, and stays
    StagesConfig stages =
        new StagesConfig(
            true,
            Optional.empty(),
            Optional.empty(),
            Optional.of(Redaction.defaults()),
            false,
            Optional.empty(),
            Optional.of(
                new Contamination(List.of(exam), List.of(), 5, 0, Contamination.Action.DROP)));
    ShardManifest manifest =
        data.prepare(spark, config(data.write("a.jsonl", rows)).withStages(stages)).manifest();

    assertThat(manifest.quarantined()).isEqualTo(new TreeMap<>(Map.of("contaminated", 1L)));
    assertThat(manifest.preparation().path("stages").path("contamination").path("sets"))
        .hasSize(1)
        .allSatisfy(
            set -> {
              assertThat(set.path("name").asText()).isEqualTo("exam.jsonl");
              assertThat(set.path("sha256").asText()).isEqualTo(Sha256.ofFile(exam, counted -> {}));
            });
  }

  @Test
  void aSetWithoutALongEnoughTextIsAnErrorAndNotSilence(SparkSession spark) throws IOException {
    Path exam = data.write("short.jsonl", List.of("{\"q\": \"too short\", \"a\": \"yes\"}"));
    PrepareConfig config = config(data.write("a.jsonl", RawData.rows("north", 5)));
    assertThatThrownBy(
            () ->
                data.prepare(
                    spark, config.withStages(contamination(exam, Contamination.Action.DROP, 0))))
        .isInstanceOf(UnusableDataException.class)
        .hasMessage(
            "Cannot look for evaluation set short.jsonl in the rows: none of its 2 texts has 8 words with a letter among them; lower data.stages.contamination.words, or leave the set out");
  }

  @Test
  void siloThatLosesAllItsRowsIsAnErrorThatNamesSiloAndStage(SparkSession spark)
      throws IOException {
    List<String> rows = new ArrayList<>();
    rows.add(RawData.row("north", "Tell it", "", STORY));
    rows.add(RawData.row("south", "Ask", "", "Short"));
    rows.add(RawData.row("south", "Ask", "", ""));
    PrepareConfig config = config(data.write("a.jsonl", rows)).withStages(words(5));

    assertThatThrownBy(() -> data.prepare(spark, config))
        .isInstanceOf(UnusableDataException.class)
        .hasMessage(
            "Cannot prepare: empty silo south (2 rows in quarantine: 2 by quality); set federated.allow-empty-silos to true to go on without it");
    ShardManifest manifest = data.prepare(spark, config, EmptySilos.ALLOWED).manifest();
    assertThat(manifest.silo("south").exampleCount()).isZero();
    assertThat(manifest.silo("south").quarantinedCount()).isEqualTo(2);
    // a made-up silo is named too: its rows have it although a stage dropped them before
    assertThatThrownBy(() -> data.prepare(spark, config.withSilos(new Iid(40))))
        .hasMessageContaining("(0 rows in quarantine), silo silo-")
        .hasMessageContaining("rows in quarantine: ");
  }

  @Test
  void smallSilosAndCategoriesWithoutSiloGoToQuarantine(SparkSession spark) throws IOException {
    List<String> rows = new ArrayList<>(RawData.rows("big", 6));
    rows.addAll(RawData.rows("small", 2));
    Path source = data.write("a.jsonl", rows);
    ShardManifest natural =
        data.prepare(spark, config(source).withSilos(new NaturalId("silo", 3))).manifest();

    assertThat(natural.siloNames()).containsExactly("big");
    assertThat(natural.quarantined()).isEqualTo(new TreeMap<>(Map.of("small-silo", 2L)));
    assertThat(natural.stages()).last().isEqualTo(new StageCounts("small-silos", 8, 2, 0, 0));

    List<String> labelled = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      labelled.add(
          "{\"category\": \"%s\", \"instruction\": \"Ask %d\", \"output\": \"Reply\"}"
              .formatted(List.of("a", "b", "c").get(i % 3), i));
    }
    Path categories = data.write("c.jsonl", labelled);
    Pathological one = new Pathological(1, 2, Pathological.Choice.DETERMINISTIC);
    ShardManifest manifest = data.prepare(spark, config(categories).withSilos(one)).manifest();
    assertThat(manifest.quarantined())
        .isEqualTo(new TreeMap<>(Map.of("category-without-silo", 10L)));
    assertThat(manifest.silo("silo-0").profile().categories().rows())
        .isEqualTo(new TreeMap<>(Map.of("a", 10L, "b", 10L)));
    assertThat(manifest.silo("silo-0").profile().lengths().total()).isEqualTo(20);

    ShardManifest inner =
        data.prepare(
                spark, config(categories).withSilos(new InnerDirichlet(2, 5)), EmptySilos.ALLOWED)
            .manifest();
    assertThat(inner.rowsOut()).isEqualTo(30);
  }

  private PrepareConfig config(Path source) {
    return RawData.config(source).withHoldout(new HoldoutConfig(0.1, 0.1));
  }

  private StagesConfig all() throws IOException {
    Path exam = data.write("exam.jsonl", List.of("{\"q\": {\"text\": \"" + EXAM + "\"}}"));
    return new StagesConfig(
        true,
        Optional.of(LanguageFilter.defaults()),
        words(2).quality(),
        Optional.of(Redaction.defaults()),
        true,
        Optional.of(NearDuplicates.defaults()),
        contamination(exam, Contamination.Action.DROP, 0).contamination());
  }

  private static StagesConfig words(int least) {
    OptionalDouble none = OptionalDouble.empty();
    OptionalInt noCount = OptionalInt.empty();
    return new StagesConfig(
        false,
        Optional.empty(),
        Optional.of(
            new QualityFilter(
                QualityFilter.Part.ROW,
                OptionalInt.of(least),
                noCount,
                none,
                none,
                none,
                none,
                none,
                none,
                noCount,
                none,
                none)),
        Optional.empty(),
        false,
        Optional.empty(),
        Optional.empty());
  }

  private static StagesConfig contamination(Path set, Contamination.Action action, double share) {
    return new StagesConfig(
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        Optional.empty(),
        Optional.of(new Contamination(List.of(set), List.of(), 8, share, action)));
  }

  /** Forty plain rows, and rows for every stage. */
  private static List<String> rows() {
    List<String> rows = new ArrayList<>(RawData.rows("north", 40));
    rows.add(RawData.row("south", "Tell it", "", STORY));
    rows.add(RawData.row("south", "Tell it", "", STORY));
    rows.add(RawData.row("south", "Tell it\\u0007", "", STORY)); // normalised, then a duplicate
    rows.add(RawData.row("south", "Tell it", "", STORY + " again"));
    rows.add(RawData.row("south", "Solve", EXAM, "Thirty miles an hour"));
    rows.add(
        RawData.row(
            "south",
            "Wie viele Planeten hat unser Sonnensystem, und wie heißen sie?",
            "",
            "Unser Sonnensystem hat acht Planeten, von denen die Erde der dritte ist. Der größte"
                + " unter ihnen ist der Jupiter, und jenseits des Mars liegt ein Gürtel von Körpern."));
    rows.add(RawData.row("south", "Hm", "", ""));
    rows.add(RawData.row("south", "Ask about the weather", "", ""));
    rows.add(RawData.row("south", "Write to ann@example.org", "", "I wrote her a letter"));
    rows.add(RawData.row("south", "Write to bob@example.org now", "", "He wrote back to me"));
    rows.add("{\"silo\": \"south\", ");
    return rows;
  }

  private static Map<String, Long> quarantine(SparkSession spark, PreparedFolder folder) {
    return spark.read().parquet(folder.quarantine()).collectAsList().stream()
        .collect(
            Collectors.groupingBy(
                row -> row.<String>getAs("stage") + "/" + row.getAs("reason"),
                TreeMap::new,
                Collectors.counting()));
  }

  private static List<String> details(SparkSession spark, PreparedFolder folder) {
    return spark.read().parquet(folder.quarantine()).collectAsList().stream()
        .map((Row row) -> row.<String>getAs("detail"))
        .toList();
  }
}
