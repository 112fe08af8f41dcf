package org.silotune.udf.plan;

import static org.apache.spark.sql.functions.call_function;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.llm.adapter.Adapter;
import org.silotune.llm.adapter.AdapterCheckpoint;
import org.silotune.llm.adapter.LoraConfig;
import org.silotune.llm.eval.MeanStates;
import org.silotune.llm.generate.ContinuationScorer;
import org.silotune.llm.generate.GenerationConfig;
import org.silotune.llm.generate.Prompt;
import org.silotune.llm.generate.TextGenerator;
import org.silotune.llm.hub.ModelCache;
import org.silotune.llm.model.BoundAdapter;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.ModelLoader;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.tensor.NamedTensors;
import org.silotune.llm.tokenizer.ChatMessage;
import org.silotune.llm.tokenizer.LoadedTokenizer;
import org.silotune.llm.tokenizer.OverlongPolicy;
import org.silotune.llm.tokenizer.PromptEncoder;
import org.silotune.llm.tokenizer.Tokenizer;
import org.silotune.llm.tokenizer.TokenizerLoader;
import org.silotune.udf.BareSession;
import org.silotune.udf.SparkSessionExtension;
import org.silotune.udf.SqlFunctions;
import org.silotune.udf.token.ModelPath;

/** On the bundled model, against {@code llm} asked directly. */
@ExtendWith(SparkSessionExtension.class)
final class ModelFunctionTest {

  private static final List<String> TEXTS =
      List.of(
          "Say hello.",
          "What is two plus two? Answer with a word and a full stop, please.",
          "Name a colour.",
          "The cat",
          "Repeat: one two three four five six seven eight nine ten");

  @TempDir static Path temp;
  private static SparkSession spark;

  @BeforeAll
  static void open(SparkSession session) {
    spark = session.newSession();
    spark.conf().set("spark.silotune.model", "tiny");
    table(spark);
  }

  private static void table(SparkSession session) {
    session
        .range(0, 40, 1, 3)
        .select(
            col("id"),
            expr("element_at(array('%s'), int(id %% 5) + 1)".formatted(String.join("','", TEXTS)))
                .as("text"))
        .withColumn("text", expr("if(id = 7, null, text)"))
        .createOrReplaceTempView("prompts");
  }

  @Test
  void answersAreThoseOfTheGeneratorRowByRow() {
    List<String> expected;
    Path path = ModelPath.of("tiny");
    try (LoadedTokenizer tokenizer = TokenizerLoader.load(path);
        DecoderModel model = load(path);
        ComputeThread thread = ComputeThread.enter(1)) {
      PromptEncoder encoder =
          new PromptEncoder(
              tokenizer.tokenizer(), tokenizer.template(), 512, OverlongPolicy.QUARANTINE);
      TextGenerator generator = new TextGenerator(model, tokenizer.tokenizer());
      expected =
          TEXTS.stream()
              .map(text -> new Prompt(0, encoder.prompt(List.of(new ChatMessage("user", text)))))
              .map(
                  prompt ->
                      generator
                          .generate(thread, List.of(prompt), GenerationConfig.greedy(12))
                          .get(0)
                          .text())
              .toList();
    }
    List<Row> rows =
        spark
            .sql("SELECT id, llm_generate(text, map('max_new_tokens', '12')) a FROM prompts")
            .collectAsList();
    assertThat(rows).hasSize(40);
    for (Row row : rows) {
      String answer = row.getLong(0) == 7 ? null : expected.get((int) (row.getLong(0) % 5));
      assertThat(row.getString(1)).as("row %s", row.get(0)).isEqualTo(answer);
    }
    Dataset<Row> frame =
        spark
            .table("prompts")
            .withColumn(
                "a",
                call_function(
                    "llm_generate", col("text"), expr("named_struct('max_new_tokens', 12)")));
    assertThat(frame.where("id = 2").first().getString(2)).isEqualTo(expected.get(2));
  }

  @Test
  void scoresAreThoseOfTheScorerAndAgreeWithEachOther() {
    Path path = ModelPath.of("tiny");
    double expected;
    int tokens;
    float[] mean;
    try (LoadedTokenizer loaded = TokenizerLoader.load(path);
        DecoderModel model = load(path);
        ComputeThread thread = ComputeThread.enter(1)) {
      Tokenizer tokenizer = loaded.tokenizer();
      int[] whole = tokenizer.encode("The cat sat");
      int before = tokenizer.encode("The").length;
      tokens = whole.length;
      expected =
          new ContinuationScorer(model, BoundAdapter.none(), 64)
              .score(
                  thread,
                  List.of(
                      new ContinuationScorer.Question(
                          new Prompt(0, Arrays.copyOf(whole, before)),
                          List.of(Arrays.copyOfRange(whole, before, whole.length)))))
              .get(0)
              .get(0)
              .logProbability();
      mean = MeanStates.defaults().embed(thread, model, BoundAdapter.none(), List.of(whole)).get(0);
    }
    Row row =
        spark
            .sql(
                "SELECT llm_loglikelihood('The ', 'cat sat') l, llm_loglikelihood('The', ' cat sat') m,"
                    + " llm_perplexity('The cat sat') p, llm_embed('The cat sat') e,"
                    + " llm_loglikelihood(substr('The cat sat', 1, 1), substr('The cat sat', 2)) n")
            .first();
    assertThat(row.getDouble(0)).isCloseTo(expected, within(1e-4));
    assertThat(row.getDouble(1)).isEqualTo(row.getDouble(0));
    List<Float> vector = row.getList(3);
    assertThat(vector).hasSize(mean.length);
    IntStream.range(0, mean.length)
        .forEach(i -> assertThat(vector.get(i)).isCloseTo(mean[i], within(1e-5f)));
    double perToken = Math.log(row.getDouble(2)) * (tokens - 1);
    assertThat(perToken).isGreaterThan(-expected - 1e-4);
    List<Double> alone =
        spark
            .sql("SELECT llm_perplexity(text) FROM prompts WHERE id IN (0, 4) ORDER BY id")
            .collectAsList()
            .stream()
            .map(r -> r.getDouble(0))
            .toList();
    List<Row> all = spark.sql("SELECT id, llm_perplexity(text) FROM prompts").collectAsList();
    for (Row each : all) {
      if (each.getLong(0) % 5 == 0) {
        assertThat(each.getDouble(1)).isCloseTo(alone.get(0), within(1e-3));
      }
    }
  }

  @Test
  void whatGivesNothingIsNull() {
    assertThat(value("llm_perplexity('')")).isNull();
    assertThat(value("llm_embed('')")).isNull();
    assertThat(value("llm_loglikelihood(null, 'a')")).isNull();
    assertThat(value("llm_loglikelihood('a', '')")).isEqualTo(0.0);
    assertThat(value("llm_generate(null)")).isNull();
  }

  @Test
  void filterAndSelectSeeOneDraw() {
    String sampled =
        "SELECT id, llm_generate(text, map('temperature', '2', 'max_new_tokens', '6')) a FROM prompts";
    List<Row> kept =
        spark.sql("SELECT a FROM (" + sampled + ") WHERE a LIKE '%e%'").collectAsList();
    assertThat(kept).isNotEmpty().allMatch(row -> row.getString(0).contains("e"));
    assertThat(spark.sql(sampled).collectAsList()).isEqualTo(spark.sql(sampled).collectAsList());
    long distinct =
        spark
            .sql("SELECT count(DISTINCT a) FROM (" + sampled + ") WHERE id % 5 = 0")
            .first()
            .getLong(0);
    assertThat(distinct).isGreaterThan(1);
  }

  @Test
  void aCallOfFilterAndProjectionIsComputedOnceOnTheRowsThatCheapConditionsLeave() {
    Dataset<Row> rows =
        spark.sql(
            "SELECT id, llm_perplexity(text) p FROM prompts WHERE llm_perplexity(text) > 1 AND id < 9");
    assertThat(rows.count()).isEqualTo(8);
    String plan = plan(rows);
    assertThat(plan.split("ModelCalls ", -1)).hasSize(2);
    assertThat(plan.indexOf("ModelCalls ")).isLessThan(plan.indexOf("< 9"));
  }

  @Test
  void aLimitIsRepeatedBelowTheCalls() {
    Dataset<Row> rows =
        spark.sql("SELECT id, llm_generate(text, map('max_new_tokens', '2')) FROM prompts LIMIT 3");
    String plan = plan(rows);
    assertThat(plan.substring(plan.indexOf("ModelCalls "))).contains("LocalLimit 3");
    assertThat(rows.collectAsList()).hasSize(3);
  }

  @Test
  void aLimitOfRowsInOrderTakesThoseRowsWhereverItStands() {
    String inner = "SELECT id, text FROM prompts ORDER BY id DESC LIMIT 3";
    Dataset<Row> below =
        spark.sql("SELECT id, llm_perplexity(text) p FROM (%s)".formatted(inner)).where("p > 0");
    Dataset<Row> above =
        spark
            .sql("SELECT id, llm_perplexity(text) p FROM prompts ORDER BY id DESC LIMIT 3")
            .where("p > 0");
    Dataset<Row> hidden =
        spark
            .sql("SELECT llm_perplexity(text) p FROM prompts ORDER BY id DESC LIMIT 3")
            .where("p > 0");
    for (Dataset<Row> rows : List.of(below, above, hidden)) {
      String plan = rows.queryExecution().executedPlan().toString();
      assertThat(plan.indexOf("TakeOrderedAndProject"))
          .as(plan)
          .isGreaterThan(plan.indexOf("ModelCalls"));
    }
    for (Dataset<Row> rows : List.of(below, above)) {
      assertThat(rows.collectAsList())
          .extracting(row -> row.getLong(0))
          .containsExactly(39L, 38L, 37L);
    }
    assertThat(hidden.collectAsList()).hasSize(3);
  }

  @Test
  void anOrderByAResultIsOfAllRows() {
    Dataset<Row> rows =
        spark.sql(
            "SELECT id, llm_perplexity(text) p FROM prompts WHERE id < 5 ORDER BY p, id LIMIT 2");
    List<Row> all =
        spark
            .sql("SELECT id, llm_perplexity(text) p FROM prompts WHERE id < 5 ORDER BY p, id")
            .collectAsList();
    assertThat(rows.collectAsList()).isEqualTo(all.subList(0, 2));
  }

  @Test
  void callsMayNestAndFollowAggregates() {
    List<Row> nested =
        spark
            .sql(
                "SELECT llm_perplexity(concat(text, llm_generate(text, map('max_new_tokens', '3')))) FROM prompts WHERE id < 5")
            .collectAsList();
    assertThat(nested).hasSize(5).allMatch(row -> row.getDouble(0) > 1);
    List<Row> grouped =
        spark
            .sql(
                "SELECT k, llm_perplexity(t) FROM (SELECT id % 2 k, max(text) t FROM prompts GROUP BY 1) ORDER BY k")
            .collectAsList();
    assertThat(grouped).hasSize(2).allMatch(row -> row.getDouble(1) > 1);
    assertThat(
            spark
                .sql("SELECT avg(p) FROM (SELECT llm_perplexity(text) p FROM prompts)")
                .first()
                .getDouble(0))
        .isGreaterThan(1);
    assertThat(
            spark
                .sql(
                    "SELECT count(*) FROM prompts a JOIN (SELECT id, llm_perplexity(text) p FROM prompts) b ON a.id = b.id AND b.p > 1")
                .first()
                .getLong(0))
        .isEqualTo(39);
  }

  @Test
  void anAdapterAnswersForItself() {
    Path folder = temp.resolve("adapter");
    try (DecoderModel model = load(ModelPath.of("tiny"))) {
      LoraConfig config = new LoraConfig(4, 64, 0, List.of("q_proj", "v_proj"));
      NamedTensors initial = config.initialise(model, 1);
      NamedTensors.Builder moved = NamedTensors.builder();
      for (String name : initial.names()) {
        float[] values = new float[initial.values(name).length];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) Math.sin(i + 1) * 0.1f;
        }
        moved.put(name, initial.shape(name), values);
      }
      AdapterCheckpoint.write(folder, new Adapter(config, moved.build()), model);
    }
    String adapted = "llm_perplexity('The cat sat', map('adapter', '%s'))".formatted(folder);
    assertThat((Double) value(adapted))
        .isNotCloseTo((Double) value("llm_perplexity('The cat sat')"), within(1e-3));
    spark.conf().set("spark.silotune.adapter", folder.toString());
    try {
      assertThat(value("llm_perplexity('The cat sat')")).isEqualTo(value(adapted));
      assertThat((Double) value("llm_perplexity('The cat sat', map('adapter', 'none'))"))
          .isNotEqualTo(value(adapted));
    } finally {
      spark.conf().unset("spark.silotune.adapter");
    }
  }

  @Test
  void placesThatNoCallCanBePulledOutOfAreAnalysisErrors() {
    String advice =
        "a model is asked for many rows at once; compute it in a subquery first, as in SELECT ... FROM (SELECT *, llm_perplexity(";
    refused("SELECT avg(llm_perplexity(text)) FROM prompts", "in an aggregate: " + advice);
    refused(
        "SELECT count(*) FROM prompts GROUP BY llm_perplexity(text)", "in an aggregate: " + advice);
    refused(
        "SELECT * FROM prompts a JOIN prompts b ON a.id = b.id AND llm_perplexity(a.text) > 1",
        "in a join condition: " + advice);
    refused(
        "SELECT transform(array(text), t -> llm_perplexity(t)) FROM prompts",
        "in a lambda function: " + advice);
    refused("SELECT id FROM prompts ORDER BY llm_perplexity(text)", "in ORDER BY: " + advice);
    refused(
        "SELECT explode(llm_embed(text)) FROM prompts",
        "Cannot compute llm_embed(prompts.text) in a generator");
    refused(
        "SELECT id FROM prompts a WHERE EXISTS (SELECT 1 FROM prompts b WHERE llm_perplexity(a.text) > b.id)",
        "in a correlated subquery: " + advice);
  }

  /** Spark itself puts what windows and grouping sets are made of into a projection below them. */
  @Test
  void callsInWindowsAndGroupingSetsAreComputedBelowThem() {
    String computed = "(SELECT id, text, llm_perplexity(text) AS p FROM prompts WHERE id < 7)";
    String texts = "(SELECT * FROM prompts WHERE id < 7)";
    for (String query :
        List.of(
            "SELECT id, rank() OVER (ORDER BY %1$s) FROM %2$s ORDER BY id",
            "SELECT id, avg(%1$s) OVER (PARTITION BY text) FROM %2$s ORDER BY id",
            "SELECT count(*) c, grouping_id() g FROM %2$s GROUP BY GROUPING SETS ((%1$s), ()) ORDER BY g, c")) {
      Dataset<Row> pulled = spark.sql(query.formatted("llm_perplexity(text)", texts));
      assertThat(plan(pulled)).contains("ModelCalls ");
      assertThat(pulled.collectAsList())
          .as(query)
          .isEqualTo(spark.sql(query.formatted("p", computed)).collectAsList());
    }
  }

  @Test
  void badOptionsAreAnalysisErrors() {
    refused(
        "SELECT llm_generate('a', map('temprature', '1'))",
        "Unknown option temprature of llm_generate (did you mean temperature?): known are adapter, max_new_tokens, model, seed, stop, temperature, template, top_k, top_p");
    refused(
        "SELECT llm_generate('a', map('temperature', 'hot'))",
        "Invalid option temperature of llm_generate: 'hot' is no such number");
    refused(
        "SELECT llm_generate('a', map('temperature', '-1'))",
        "Invalid temperature -1.0: must be a number > 0");
    refused("SELECT llm_generate('a', map('max_new_tokens', '0'))", "Invalid max new tokens 0");
    refused(
        "SELECT llm_generate('a', map('top_p', '0.5'))",
        "top_k and top_p need a temperature above 0");
    refused(
        "SELECT llm_generate(text, map('template', text)) FROM prompts",
        "Invalid options of llm_generate: must be a constant, as in map('model', 'tiny')");
    refused(
        "SELECT llm_generate('a', 'tiny')",
        "Invalid options of llm_generate: must be a map or struct, are STRING");
    refused(
        "SELECT llm_generate('a', map('template', 'vicuna'))",
        "Unknown chat template vicuna: known");
    refused(
        "SELECT llm_embed('a', map('template', 'none'))", "Unknown option template of llm_embed");
    refused("SELECT llm_generate(array('a'))", "Invalid prompt of llm_generate: must be a text");
    refused("SELECT llm_generate()", "it takes (prompt[, options])");
    refused(
        "SELECT llm_embed('a', map('model', 'tiney'))", "Unknown model tiney (did you mean tiny?)");
    refused(
        "SELECT llm_embed('a', map('adapter', '/nowhere'))",
        "Missing adapter /nowhere: there is no adapter_config.json in it; name an adapter folder");
    SparkSession bare = spark.newSession();
    assertThatThrownBy(() -> bare.sql("SELECT llm_embed('a')"))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining(
            "Missing model of llm_embed: give it in the options, as in map('model', 'tiny'), or set spark.silotune.model");
  }

  @Test
  void aTextLongerThanTheContextFailsTheQuery() {
    assertThatThrownBy(
            () -> spark.sql("SELECT llm_perplexity(repeat('word ', 5000))").collectAsList())
        .hasStackTraceContaining("Cannot compute llm_perplexity of ")
        .hasStackTraceContaining("cut the text first");
  }

  @Test
  void aSessionThatExistsPlansThemToo() {
    SparkSession other = BareSession.in(spark);
    assertThatThrownBy(() -> other.sql("SELECT llm_perplexity('a')"))
        .hasMessageContaining("UNRESOLVED_ROUTINE");
    SqlFunctions.register(other);
    SqlFunctions.register(other);
    other.conf().set("spark.silotune.model", "tiny");
    table(other);
    Dataset<Row> rows =
        other.sql(
            "SELECT id, llm_perplexity(text) p FROM prompts WHERE llm_perplexity(text) > 1 AND id < 9");
    assertThat(rows.collectAsList()).hasSize(8);
    assertThat(plan(rows).split("ModelCalls ", -1)).hasSize(2);
    assertThat(other.sql("SELECT redact_pii('a@b.de')").first().get(0)).isEqualTo("[EMAIL]");
    assertThatThrownBy(
            () -> other.sql("SELECT avg(llm_perplexity(text)) FROM prompts").collectAsList())
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("in an aggregate: a model is asked for many rows at once");
  }

  private static DecoderModel load(Path path) {
    return ModelLoader.load(path, ModelCache.standard().root());
  }

  private static void refused(String query, String message) {
    assertThatThrownBy(() -> spark.sql(query))
        .as(query)
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining(message);
  }

  private static String plan(Dataset<Row> rows) {
    return ((org.apache.spark.sql.classic.Dataset<Row>) rows)
        .queryExecution()
        .optimizedPlan()
        .toString();
  }

  private static Object value(String expression) {
    return spark.sql("SELECT " + expression).first().get(0);
  }
}
