package org.silotune.prep.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.llm.tokenizer.LoadedTokenizer;
import org.silotune.llm.tokenizer.OverlongPolicy;
import org.silotune.llm.tokenizer.PromptEncoder;
import org.silotune.llm.tokenizer.TinyTokenizer;
import org.silotune.llm.tokenizer.TokenizedExample;
import org.silotune.llm.tokenizer.TokenizerLoader;
import org.silotune.prep.PreparationException;
import org.silotune.prep.SparkSessionExtension;
import org.silotune.prep.shard.HeldOutRow;
import org.silotune.prep.shard.HeldOutRowReader;
import org.silotune.prep.shard.PreparedFolder;
import org.silotune.prep.shard.ShardManifest;
import org.silotune.prep.shard.Split;
import org.silotune.prep.shard.TokenShard;
import org.silotune.prep.shard.TokenShardReader;
import org.silotune.prep.source.ColumnMapping;
import org.silotune.prep.source.SourceConfig;
import org.silotune.prep.split.ByColumn;
import org.silotune.prep.split.Dirichlet;
import org.silotune.prep.split.HoldoutConfig;
import org.silotune.prep.split.Iid;

@ExtendWith(SparkSessionExtension.class)
final class PreparationTest {

  @TempDir Path temp;
  private Path model;
  private int outputs;

  @BeforeEach
  void copyTokenizer() {
    model = TinyTokenizer.copyTo(temp.resolve("tokenizer"));
  }

  @Test
  void rowsOfASiloReadBackAsTheTokensOfTheEncoder(SparkSession spark) throws IOException {
    Path source = write("a.jsonl", rows("north", 30));
    PreparedFolder folder = prepare(spark, config(source).withHoldout(new HoldoutConfig(0.2, 0.2)));
    ShardManifest manifest = folder.manifest();

    List<TokenizedExample> train = TokenShardReader.read(folder.uri(), "north", Split.TRAIN);
    assertThat(train).isNotEmpty().extracting(TokenizedExample::id).isSorted();
    for (Split split : List.of(Split.VALIDATION, Split.TEST)) {
      TokenShard shard = folder.shard(manifest, "north", split);
      List<TokenizedExample> examples = TokenShardReader.read(shard);
      List<HeldOutRow> rows = HeldOutRowReader.read(shard);
      assertThat(rows).isNotEmpty().hasSameSizeAs(examples);
      try (LoadedTokenizer loaded = TokenizerLoader.load(model)) {
        PromptEncoder encoder =
            new PromptEncoder(loaded.tokenizer(), loaded.template(), 512, OverlongPolicy.TRUNCATE);
        for (int i = 0; i < rows.size(); i++) {
          assertThat(rows.get(i).exampleId()).isEqualTo(examples.get(i).id());
          int[] prompt = rows.get(i).prompt(encoder);
          assertThat(examples.get(i).inputIds()).startsWith(prompt);
          assertThat(examples.get(i).labels()[prompt.length - 1]).isEqualTo(-100);
          assertThat(examples.get(i).labels()[prompt.length])
              .isEqualTo(examples.get(i).inputIds()[prompt.length]);
          assertThat(rows.get(i).reference()).startsWith("Reply to north");
        }
      }
    }
    assertThat(manifest.rowsIn()).isEqualTo(30);
    assertThat(manifest.template()).isEqualTo("chatml");
    assertThat(Files.readString(Path.of(URI.create(folder.uri())).resolve("manifest.json")))
        .doesNotContain(temp.toString());
  }

  @Test
  void manifestIsEqualForAnyOrderPartitioningAndNumberOfCores(SparkSession spark) throws Exception {
    List<String> rows = new ArrayList<>(rows("north", 25));
    rows.addAll(rows("south", 35));
    rows.addAll(rows("south", 5)); // repeated rows
    PrepareConfig config = config(write("a.jsonl", rows)).withSeed(3);
    String two = prepare(spark, config).manifest().contentSha256();

    Collections.shuffle(rows, new Random(5));
    Path parts = Files.createDirectory(temp.resolve("parts"));
    Files.write(parts.resolve("x.jsonl"), rows.subList(0, 21));
    Files.write(parts.resolve("y.jsonl"), rows.subList(21, rows.size()));
    assertThat(prepare(spark, config(parts).withSeed(3)).manifest().contentSha256()).isEqualTo(two);
    spark
        .read()
        .json(temp.resolve("a.jsonl").toString())
        .repartition(7)
        .createOrReplaceTempView("t");
    PrepareConfig table = config.withSource(SourceConfig.defaults().withTable("t"));
    assertThat(prepare(spark, table).manifest().contentSha256()).isEqualTo(two);
    assertThat(prepare(spark, config.withSeed(4)).manifest().contentSha256()).isNotEqualTo(two);
    spark.stop();
    try (SparkSession oneCore = SparkSessionExtension.builder("local[1]").getOrCreate()) {
      assertThat(prepare(oneCore, config).manifest().contentSha256()).isEqualTo(two);
    }
    assertThat(two).isEqualTo(GOLDEN_CONTENT_SHA256);
  }

  @Test
  void rowNeverChangesSiloOrSplitWhenOthersArrive(SparkSession spark) throws IOException {
    List<String> rows = rows("north", 40);
    PrepareConfig few = config(write("few.jsonl", rows.subList(0, 20))).withSilos(new Iid(2));
    PrepareConfig many = config(write("many.jsonl", rows)).withSilos(new Iid(2));

    Map<String, String> before = placement(spark, prepare(spark, few));
    Map<String, String> after = placement(spark, prepare(spark, many));

    assertThat(before).hasSize(20);
    assertThat(after).hasSize(40).containsAllEntriesOf(before);
  }

  @Test
  void equalRowsShareASplitAndHaveIdsOfTheirOwn(SparkSession spark) throws IOException {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      rows.addAll(rows("north", 10));
    }
    Map<String, String> placement =
        placement(spark, prepare(spark, config(write("a.jsonl", rows))));

    assertThat(placement).hasSize(40);
    placement.forEach(
        (id, place) -> assertThat(placement.get(id.replaceAll("-\\d+$", "-0"))).isEqualTo(place));
  }

  @Test
  void badRowsGoToQuarantineWithReasonFileLineAndOffset(SparkSession spark) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String line : rows("north", 3)) {
      bytes.writeBytes((line + "\n").getBytes(StandardCharsets.UTF_8));
    }
    int offset = bytes.size();
    bytes.writeBytes("{\"silo\": \"north\", broken\n".getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}', '\n', '\n'});
    for (String line :
        List.of(
            row("north", "Ask", "", ""),
            row("", "Ask", "", "Answer"),
            row("north", "", "", "Answer"),
            row("north", "Ask", "", "half \\ud83d pair"),
            "{\"silo\": \"north\", \"instruction\": [1], \"output\": \"x\"}")) {
      bytes.writeBytes((line + "\n").getBytes(StandardCharsets.UTF_8));
    }
    Path source = Files.write(temp.resolve("bad.jsonl"), bytes.toByteArray());

    PreparedFolder folder = prepare(spark, config(source));

    ShardManifest manifest = folder.manifest();
    assertThat(manifest.rowsIn()).isEqualTo(10);
    assertThat(manifest.rowsOut()).isEqualTo(3);
    assertThat(manifest.quarantined())
        .isEqualTo(
            Map.of(
                "malformed-json", 1L,
                "invalid-utf8", 2L,
                "empty-answer", 1L,
                "invalid-silo", 1L,
                "empty-prompt", 1L,
                "invalid-value", 1L));
    assertThat(manifest.silo("north").quarantinedCount()).isEqualTo(4);
    List<Row> quarantine =
        spark.read().parquet(folder.quarantine()).orderBy("byte_offset").collectAsList();
    assertThat(quarantine).hasSize(7);
    Row first = quarantine.get(0);
    assertThat(first.<String>getAs("reason")).isEqualTo("malformed-json");
    assertThat(first.<String>getAs("file")).isEqualTo("bad.jsonl");
    assertThat(first.<Long>getAs("byte_offset")).isEqualTo(offset);
    assertThat(first.<Long>getAs("line")).isEqualTo(4);
    Row second = quarantine.get(1);
    assertThat(second.<String>getAs("detail"))
        .isEqualTo("byte 0xff at offset %d is not UTF-8".formatted(offset + 27));
    assertThat(second.<Long>getAs("line")).isEqualTo(5);
    assertThat(quarantine.get(2).<Long>getAs("line")).isEqualTo(7);
  }

  @Test
  void overlongRowsAreCutAndCountedOrQuarantined(SparkSession spark) throws IOException {
    List<String> rows = new ArrayList<>(rows("north", 4));
    rows.add(row("north", "Say it", "", "word ".repeat(100)));
    rows.add(row("north", "Ask " + "again ".repeat(100), "", "Yes"));
    PrepareConfig config = config(write("a.jsonl", rows)).withHoldout(new HoldoutConfig(0, 0));

    ShardManifest cut =
        prepare(spark, config.withMaxLength(90, OverlongPolicy.TRUNCATE)).manifest();
    assertThat(cut.silo("north").train().truncatedCount()).isEqualTo(1);
    assertThat(cut.quarantined()).isEqualTo(Map.of("prompt-too-long", 1L));
    ShardManifest dropped =
        prepare(spark, config.withMaxLength(90, OverlongPolicy.QUARANTINE)).manifest();
    assertThat(dropped.quarantined()).isEqualTo(Map.of("prompt-too-long", 1L, "too-long", 1L));
  }

  @Test
  void conversationsTrainEveryAnswerAndKeepTheTurnsBeforeTheLast(SparkSession spark)
      throws IOException {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      rows.add(
          """
          {"silo": "n", "turns": [{"role": "user", "content": "Hi %d"},
           {"role": "assistant", "content": "Hello"}, {"role": "user", "content": "Bye"},
           {"role": "assistant", "content": "See you"}]}"""
              .replace("\n", "")
              .formatted(i));
    }
    rows.add("{\"silo\": \"n\", \"turns\": [{\"role\": \"user\"}]}");
    SourceConfig source =
        SourceConfig.defaults()
            .withPath(write("chat.jsonl", rows))
            .withColumns(ColumnMapping.defaults().withMessages("turns"));
    PreparedFolder folder =
        prepare(
            spark,
            PrepareConfig.defaults().withSource(source).withHoldout(new HoldoutConfig(0, 0.5)));

    TokenShard shard = folder.shard(folder.manifest(), "n", Split.TEST);
    HeldOutRow row = HeldOutRowReader.read(shard).get(0);
    assertThat(row.conversation()).hasSize(3);
    assertThat(row.question()).isEqualTo("Bye");
    assertThat(row.reference()).isEqualTo("See you");
    assertThat(folder.manifest().quarantined()).isEqualTo(Map.of("invalid-value", 1L));
  }

  @Test
  void siloWithOneRowIsAllTrain(SparkSession spark) throws IOException {
    List<String> rows = new ArrayList<>(rows("big", 20));
    for (int i = 0; i < 8; i++) {
      rows.addAll(rows("single-" + i, 1));
    }
    ShardManifest manifest =
        prepare(spark, config(write("a.jsonl", rows)).withHoldout(new HoldoutConfig(0.4, 0.4)))
            .manifest();

    for (int i = 0; i < 8; i++) {
      assertThat(manifest.silo("single-" + i).train().exampleCount()).isEqualTo(1);
    }
    assertThat(manifest.silo("big").test().exampleCount()).isPositive();
  }

  @Test
  void emptySiloIsAnErrorThatNamesItUnlessAllowed(SparkSession spark) throws IOException {
    List<String> rows = new ArrayList<>(rows("north", 5));
    rows.add(row("south", "Ask", "", ""));
    PrepareConfig config = config(write("a.jsonl", rows));

    assertThatThrownBy(() -> prepare(spark, config))
        .isInstanceOf(PreparationException.class)
        .hasMessage(
            "Cannot prepare: empty silo south (1 rows in quarantine); set allow-empty-silos to true to go on without it");
    ShardManifest manifest = prepare(spark, config.withEmptySilosAllowed()).manifest();
    assertThat(manifest.siloNames()).containsExactly("north", "south");
    assertThat(manifest.silo("south").exampleCount()).isZero();
    assertThatThrownBy(
            () ->
                prepare(spark, config(write("one.jsonl", rows("north", 1))).withSilos(new Iid(2))))
        .hasMessageStartingWith("Cannot prepare: empty silo silo-");
  }

  @Test
  void unknownColumnIsNamedWithThoseFound(SparkSession spark) throws IOException {
    Path source = write("a.jsonl", rows("north", 2));
    assertThatThrownBy(() -> prepare(spark, config(source).withSilos(new ByColumn("site"))))
        .hasMessage(
            "Unknown column site (named as silo): the source has input, instruction, output, silo");
    SourceConfig mapped =
        SourceConfig.defaults()
            .withPath(source)
            .withColumns(ColumnMapping.defaults().withInstruction("question", "context", "output"));
    assertThatThrownBy(() -> prepare(spark, PrepareConfig.defaults().withSource(mapped)))
        .hasMessage(
            "Unknown column context (named as input): the source has input, instruction, output, silo");
  }

  @Test
  void silosThatDifferInCategoryNeedACategory(SparkSession spark) throws IOException {
    PrepareConfig config =
        config(write("a.jsonl", rows("north", 9))).withSilos(new Dirichlet(2, 0.5));
    assertThatThrownBy(() -> prepare(spark, config))
        .isInstanceOf(PreparationException.class)
        .hasMessage(
            "Unknown column category (named as category): the source has input, instruction, output, silo");
  }

  @Test
  void idColumnMustTellRowsApart(SparkSession spark) throws IOException {
    List<String> rows =
        List.of(
            "{\"uid\": \"a1\", \"silo\": \"n\", \"instruction\": \"x\", \"output\": \"y\"}",
            "{\"uid\": \"a1\", \"silo\": \"m\", \"instruction\": \"x\", \"output\": \"y\"}",
            "{\"uid\": \"a1\", \"silo\": \"n\", \"instruction\": \"z\", \"output\": \"y\"}");
    SourceConfig source =
        SourceConfig.defaults()
            .withPath(write("a.jsonl", rows))
            .withColumns(ColumnMapping.defaults().withId("uid"));
    assertThatThrownBy(() -> prepare(spark, PrepareConfig.defaults().withSource(source)))
        .hasMessage(
            "Invalid id column uid: ids must be unique inside a silo, but a1 occurs 2 times in silo n; name another column, or none for ids made of the content");
  }

  @Test
  void csvJsonArrayAndParquetGiveTheSameShards(SparkSession spark) throws IOException {
    String jsonl =
        prepare(spark, config(write("a.jsonl", rows("north", 6)))).manifest().contentSha256();
    Path array =
        Files.writeString(temp.resolve("a.json"), "[" + String.join(",\n", rows("north", 6)) + "]");
    assertThat(prepare(spark, config(array)).manifest().contentSha256()).isEqualTo(jsonl);

    Path parquet = temp.resolve("table");
    spark.read().json(temp.resolve("a.jsonl").toString()).write().parquet(parquet.toString());
    assertThat(prepare(spark, config(parquet)).manifest().contentSha256()).isEqualTo(jsonl);

    List<String> csv = new ArrayList<>(List.of("output,silo,instruction,input"));
    for (int i = 0; i < 6; i++) {
      csv.add("\"Reply to north %d.\",north,\"Question, number %d\",".formatted(i, i));
    }
    assertThat(prepare(spark, config(write("a.csv", csv))).manifest().contentSha256())
        .isEqualTo(jsonl);
  }

  @Test
  void folderOfTwoFormatsAsksWhichFiles(SparkSession spark) throws IOException {
    Path folder = Files.createDirectory(temp.resolve("mixed"));
    Files.writeString(folder.resolve("a.jsonl"), "{}\n");
    Files.writeString(folder.resolve("b.csv"), "x\n");
    Files.writeString(folder.resolve("SOURCE.md"), "notes");

    assertThatThrownBy(() -> prepare(spark, config(folder)))
        .hasMessage(
            "Cannot read source %s: files of the formats jsonl, csv; choose with files, such as files: [\"*.jsonl\"]; it holds a.jsonl, b.csv",
            folder.toUri());
    SourceConfig none = SourceConfig.defaults().withPath(folder).withFiles("train.*");
    assertThatThrownBy(() -> prepare(spark, PrepareConfig.defaults().withSource(none)))
        .hasMessage(
            "Cannot read source %s: no file matches train.*; it holds SOURCE.md, a.jsonl, b.csv",
            folder.toUri());
  }

  @Test
  void placeOfTheSourceMustBeOneAndExist(SparkSession spark) {
    assertThatThrownBy(() -> prepare(spark, PrepareConfig.defaults()))
        .hasMessage(
            "Missing source: name one of path, uri and table, or give the data on the command line");
    assertThatThrownBy(() -> prepare(spark, config(temp.resolve("none.jsonl"))))
        .hasMessage("Cannot read source %s: it does not exist", temp.resolve("none.jsonl").toUri());
    SourceConfig table = SourceConfig.defaults().withTable("nope");
    assertThatThrownBy(() -> prepare(spark, PrepareConfig.defaults().withSource(table)))
        .hasMessage("Cannot read table nope: the catalog has no such table");
  }

  @Test
  void summaryDescribesEverySplit(SparkSession spark) throws IOException {
    PreparedFolder folder = prepare(spark, config(write("a.jsonl", rows("north", 20))));

    List<Row> rows = SiloSummary.of(spark, folder).collectAsList();

    assertThat(rows).extracting(row -> row.<String>getAs("silo")).containsOnly("north");
    assertThat(rows).extracting(row -> row.<String>getAs("split")).first().isEqualTo("train");
    Row train = rows.get(0);
    assertThat(train.<Long>getAs("examples"))
        .isEqualTo(folder.manifest().silo("north").train().exampleCount());
    assertThat(train.<Long>getAs("tokens"))
        .isEqualTo(folder.manifest().silo("north").train().tokenCount());
    assertThat(train.<Long>getAs("trained_tokens"))
        .isEqualTo(folder.manifest().silo("north").train().trainedTokenCount());
    assertThat(train.<Integer>getAs("median_length"))
        .isBetween(train.getAs("min_length"), train.getAs("max_length"));
  }

  private static final String GOLDEN_CONTENT_SHA256 =
      "95de446307ddbb330232df33ec10746e0c53af7b95772e90e76c5fa7d4257a42";

  private PreparedFolder prepare(SparkSession spark, PrepareConfig config) {
    return Preparation.run(spark, config, model, temp.resolve("out-" + outputs++).toString());
  }

  private static PrepareConfig config(Path source) {
    return PrepareConfig.defaults().withSource(SourceConfig.defaults().withPath(source));
  }

  private Path write(String name, List<String> lines) throws IOException {
    return Files.write(temp.resolve(name), lines);
  }

  private static List<String> rows(String silo, int count) {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(row(silo, "Question, number " + i, "", "Reply to %s %d.".formatted(silo, i)));
    }
    return rows;
  }

  private static String row(String silo, String instruction, String input, String output) {
    return "{\"silo\": \"%s\", \"instruction\": \"%s\", \"input\": \"%s\", \"output\": \"%s\"}"
        .formatted(silo, instruction, input, output);
  }

  private static Map<String, String> placement(SparkSession spark, PreparedFolder folder) {
    return spark.read().parquet(folder.shards()).collectAsList().stream()
        .collect(
            Collectors.toMap(
                row -> row.getAs("example_id"),
                row -> row.getAs("silo") + "/" + row.getAs("split")));
  }
}
