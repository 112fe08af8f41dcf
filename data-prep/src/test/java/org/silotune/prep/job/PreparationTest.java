package org.silotune.prep.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.llm.tokenizer.LoadedTokenizer;
import org.silotune.llm.tokenizer.OverlongPolicy;
import org.silotune.llm.tokenizer.PromptEncoder;
import org.silotune.llm.tokenizer.TokenizedExample;
import org.silotune.llm.tokenizer.TokenizerLoader;
import org.silotune.prep.SparkSessionExtension;
import org.silotune.prep.shard.HeldOutRow;
import org.silotune.prep.shard.HeldOutRowReader;
import org.silotune.prep.shard.LengthQuantiles;
import org.silotune.prep.shard.PreparedFolder;
import org.silotune.prep.shard.ShardManifest;
import org.silotune.prep.shard.Split;
import org.silotune.prep.shard.TokenShard;
import org.silotune.prep.shard.TokenShardReader;
import org.silotune.prep.source.ColumnMapping;
import org.silotune.prep.source.SourceConfig;
import org.silotune.prep.split.HoldoutConfig;

@ExtendWith(SparkSessionExtension.class)
final class PreparationTest {

  private static final String GOLDEN_CONTENT_SHA256 =
      "95de446307ddbb330232df33ec10746e0c53af7b95772e90e76c5fa7d4257a42";

  @TempDir Path temp;
  private RawData data;

  @BeforeEach
  void begin() {
    data = RawData.in(temp);
  }

  @Test
  void rowsOfASiloReadBackAsTheTokensOfTheEncoder(SparkSession spark) throws IOException {
    Path source = data.write("a.jsonl", RawData.rows("north", 30));
    PreparedFolder folder =
        data.prepare(spark, RawData.config(source).withHoldout(new HoldoutConfig(0.2, 0.2)));
    ShardManifest manifest = folder.manifest();

    List<TokenizedExample> train = TokenShardReader.read(folder.uri(), "north", Split.TRAIN);
    assertThat(train).isNotEmpty().extracting(TokenizedExample::id).isSorted();
    for (Split split : List.of(Split.VALIDATION, Split.TEST)) {
      TokenShard shard = folder.shard(manifest, "north", split);
      List<TokenizedExample> examples = TokenShardReader.read(shard);
      List<HeldOutRow> rows = HeldOutRowReader.read(shard);
      assertThat(rows).isNotEmpty().hasSameSizeAs(examples);
      try (LoadedTokenizer loaded = TokenizerLoader.load(data.model())) {
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
        .doesNotContain(data.folder().toString());
  }

  @Test
  void manifestIsEqualForAnyOrderPartitioningAndNumberOfCores(SparkSession spark) throws Exception {
    List<String> rows = new ArrayList<>(RawData.rows("north", 25));
    rows.addAll(RawData.rows("south", 35));
    rows.addAll(RawData.rows("south", 5)); // repeated rows
    PrepareConfig config = RawData.config(data.write("a.jsonl", rows)).withSeed(3);
    String two = data.prepare(spark, config).manifest().contentSha256();

    Collections.shuffle(rows, new Random(5));
    Path parts = Files.createDirectory(data.folder().resolve("parts"));
    Files.write(parts.resolve("x.jsonl"), rows.subList(0, 21));
    Files.write(parts.resolve("y.jsonl"), rows.subList(21, rows.size()));
    assertThat(data.prepare(spark, RawData.config(parts).withSeed(3)).manifest().contentSha256())
        .isEqualTo(two);
    spark
        .read()
        .json(data.folder().resolve("a.jsonl").toString())
        .repartition(7)
        .createOrReplaceTempView("t");
    PrepareConfig table = config.withSource(SourceConfig.defaults().withTable("t"));
    assertThat(data.prepare(spark, table).manifest().contentSha256()).isEqualTo(two);
    assertThat(data.prepare(spark, config.withSeed(4)).manifest().contentSha256())
        .isNotEqualTo(two);
    spark.stop();
    try (SparkSession oneCore = SparkSessionExtension.builder("local[1]").getOrCreate()) {
      assertThat(data.prepare(oneCore, config).manifest().contentSha256()).isEqualTo(two);
    }
    assertThat(two).isEqualTo(GOLDEN_CONTENT_SHA256);
  }

  @Test
  void progressTellsRowsAsTheyAreEncodedAndWhatIsWritten(SparkSession spark) throws IOException {
    List<String> rows = new ArrayList<>(RawData.rows("north", 30));
    rows.add(RawData.row("north", "Ask", "", ""));
    PrepareConfig config = RawData.config(data.write("a.jsonl", rows));
    List<String> told = Collections.synchronizedList(new ArrayList<>());
    PreparationProgress progress =
        new PreparationProgress() {
          @Override
          public void encoded(long count) {
            assertThat(count).isBetween(1L, 31L);
            told.add("encoded");
          }

          @Override
          public void writing(long count, int silos) {
            told.add("writing %d of %d".formatted(count, silos));
          }
        };

    String output = temp.resolve("out").toString();
    Preparation.run(spark, config, EmptySilos.REFUSED, data.model(), output, progress);

    assertThat(told).filteredOn(line -> !line.equals("encoded")).containsExactly("writing 30 of 1");
    assertThat(told).last().isEqualTo("writing 30 of 1");
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
            .withPath(data.write("chat.jsonl", rows))
            .withColumns(ColumnMapping.defaults().withMessages("turns"));
    PreparedFolder folder =
        data.prepare(
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
  void quantilesOfLengthsAreThoseOfTheExamples(SparkSession spark) throws IOException {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 37; i++) {
      String silo = i % 3 == 0 ? "north" : "south";
      rows.add(RawData.row(silo, "Ask " + i, "", "word ".repeat(1 + i * i % 41)));
    }
    PreparedFolder folder = data.prepare(spark, RawData.config(data.write("a.jsonl", rows)));
    List<Integer> all = new ArrayList<>();
    for (String silo : List.of("north", "south")) {
      List<Integer> lengths = new ArrayList<>();
      for (Split split : Split.values()) {
        TokenShardReader.read(folder.uri(), silo, split).forEach(e -> lengths.add(e.length()));
      }
      assertThat(folder.manifest().silo(silo).profile().quantiles()).isEqualTo(quantiles(lengths));
      all.addAll(lengths);
    }

    assertThat(folder.manifest().lengths()).isEqualTo(quantiles(all));
  }

  private static LengthQuantiles quantiles(List<Integer> lengths) {
    List<Integer> sorted = lengths.stream().sorted().toList();
    return new LengthQuantiles(
        sorted.get((sorted.size() + 1) / 2 - 1), sorted.get((19 * sorted.size() + 19) / 20 - 1));
  }
}
