package org.silotune.udf.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.silotune.udf.BareSession;
import org.silotune.udf.SparkSessionExtension;

/** Each transformer against the SQL function that it is a column of. */
@ExtendWith(SparkSessionExtension.class)
final class TextTransformerTest {

  private static final String TEXTS =
      "SELECT * FROM VALUES (1, 'Hello world'), (2, ''), (3, NULL), (4, 'Bye<|im_end|>'), (5, 'The answer is yes.') AS t(n, text)";

  @Test
  void tokensAreTheTextsOfTheIds(SparkSession spark) {
    TextTokenizer stage =
        new TextTokenizer().setInputCol("text").setOutputCol("o").setHfModelId("tiny");
    requireSame(
        stage,
        stage.tokenize(spark.sql(TEXTS)),
        "transform(llm_tokenize(text, 'tiny'), id -> llm_detokenize(array(id), 'tiny'))");
    assertThat(stage.transform(spark.sql(TEXTS)).first().getList(2))
        .isEqualTo(List.of("H", "ell", "o", " world"));
  }

  @Test
  void encodingsHoldTheIdsAsLongs(SparkSession spark) {
    TextEncoder stage =
        new TextEncoder().setInputCol("text").setOutputCol("o").setHfModelId("tiny");
    Dataset<Row> encoded = stage.encode(spark.sql(TEXTS));
    requireSame(
        stage,
        encoded,
        "IF(text IS NULL, NULL, named_struct('ids', CAST(llm_tokenize(text, 'tiny') AS array<bigint>),"
            + " 'type_ids', array_repeat(0L, llm_token_count(text, 'tiny')),"
            + " 'attention_mask', array_repeat(1L, llm_token_count(text, 'tiny'))))");
    Row first = encoded.first().getStruct(2);
    assertThat(first.getList(0)).isEqualTo(List.of(42L, 411L, 81L, 869L));
    assertThat(encoded.where("n = 3").first().isNullAt(2)).isTrue();
  }

  @Test
  void decodingIsTheInverseOfEncoding(SparkSession spark) {
    TextDecoder stage = new TextDecoder().setInputCol("ids").setOutputCol("o").setHfModelId("tiny");
    Dataset<Row> ints =
        spark.sql("SELECT n, text, llm_tokenize(text, 'tiny') AS ids FROM (%s)".formatted(TEXTS));
    Dataset<Row> longs = ints.withColumn("ids", ints.col("ids").cast("array<bigint>"));
    for (Dataset<Row> ids : List.of(ints, longs)) {
      List<Row> decoded = stage.decode(ids).orderBy("n").selectExpr("o").collectAsList();
      assertThat(decoded).isEqualTo(spark.sql(TEXTS).selectExpr("text").collectAsList());
    }
    List<Row> plain =
        stage
            .copy(ParamMap.empty())
            .setSkipSpecialTokens(true)
            .decode(longs)
            .where("n = 4")
            .collectAsList();
    assertThat(plain.get(0).getString(3)).isEqualTo("Bye");
    assertThat(stage.isSet(stage.skipSpecialTokens())).isFalse();
  }

  @Test
  void embeddingsAreThoseOfSql(SparkSession spark) {
    TextEmbedder stage =
        new TextEmbedder().setInputCol("text").setOutputCol("o").setModelUrl("tiny");
    Dataset<Row> embedded = stage.embed(spark.sql(TEXTS));
    requireSame(stage, embedded, "llm_embed(text, map('model', 'tiny'))");
    assertThat(
            embedded.where("o IS NULL").selectExpr("n").collectAsList().stream()
                .map(r -> r.getInt(0)))
        .containsExactly(2, 3);
    assertThat(embedded.queryExecution().executedPlan().toString()).contains("ModelCalls");
  }

  @Test
  void answersAreThoseOfSqlWithEveryOption(SparkSession spark) {
    TextGenerator stage =
        new TextGenerator()
            .setInputCol("text")
            .setOutputCol("o")
            .setModelUrl("tiny")
            .setMaxNewTokens(6);
    requireSame(
        stage,
        stage.generate(spark.sql(TEXTS)),
        "llm_generate(text, map('model', 'tiny', 'max_new_tokens', '6'))");
    TextGenerator drawn =
        stage
            .copy(ParamMap.empty())
            .setTemperature(1.5)
            .setTopK(40)
            .setTopP(0.9)
            .setSeed(7)
            .setStop("e")
            .setTemplate("alpaca")
            .setAdapter("none");
    requireSame(
        drawn,
        drawn.transform(spark.sql(TEXTS)),
        "llm_generate(text, map('model', 'tiny', 'max_new_tokens', '6', 'temperature', '1.5', 'top_k', '40',"
            + " 'top_p', '0.9', 'seed', '7', 'stop', 'e', 'template', 'alpaca', 'adapter', 'none'))");
  }

  @Test
  void sessionWithoutTheFunctionsGetsThem(SparkSession spark) {
    SparkSession bare = BareSession.in(spark);
    TextEmbedder stage =
        new TextEmbedder().setInputCol("text").setOutputCol("o").setModelUrl("tiny");
    assertThat(stage.transform(bare.sql(TEXTS)).orderBy("n").collectAsList())
        .isEqualTo(stage.transform(spark.sql(TEXTS)).orderBy("n").collectAsList());
  }

  @Test
  void columnNamesAreTakenLiterally(SparkSession spark) {
    TextTokenizer stage =
        new TextTokenizer().setInputCol("a.b`c").setOutputCol("d.e").setHfModelId("tiny");
    Dataset<Row> tokens = stage.transform(spark.sql("SELECT 'Hello' AS `a.b``c`"));
    assertThat(tokens.columns()).containsExactly("a.b`c", "d.e");
    assertThat(tokens.first().getList(1)).isEqualTo(List.of("H", "ell", "o"));
  }

  @Test
  void wrongColumnsAreNamed(SparkSession spark) {
    Dataset<Row> texts = spark.sql(TEXTS);
    requireError(
        () -> new TextTokenizer("t").transform(texts),
        "Missing parameter inputCol of t: set it with setInputCol");
    requireError(
        () -> new TextTokenizer("t").setInputCol("text").transformSchema(texts.schema()),
        "Missing parameter outputCol of t: set it with setOutputCol");
    requireError(
        () ->
            new TextEncoder("t")
                .setInputCol("txt")
                .setOutputCol("o")
                .transformSchema(texts.schema()),
        "Missing column txt, the inputCol of t (did you mean text?): known are n, text");
    requireError(
        () ->
            new TextEmbedder("t")
                .setInputCol("n")
                .setOutputCol("o")
                .transformSchema(texts.schema()),
        "Invalid column n, the inputCol of t: must be of type STRING, is INT");
    requireError(
        () ->
            new TextDecoder("t")
                .setInputCol("text")
                .setOutputCol("o")
                .transformSchema(texts.schema()),
        "Invalid column text, the inputCol of t: must be of type ARRAY<BIGINT> or ARRAY<INT>, is STRING");
    requireError(
        () ->
            new TextGenerator("t")
                .setInputCol("text")
                .setOutputCol("N")
                .transformSchema(texts.schema()),
        "Invalid outputCol N of t: there is such a column; name another, or drop it first");
  }

  @Test
  void wrongModelsAreNamedBeforeTheQuery(SparkSession spark) {
    Dataset<Row> texts = spark.sql(TEXTS);
    TextEncoder encoder = new TextEncoder("t").setInputCol("text").setOutputCol("o");
    TextEmbedder embedder = new TextEmbedder("t").setInputCol("text").setOutputCol("o");
    requireError(
        () -> encoder.transform(texts),
        "Missing parameter hfModelId of t: set it with setHfModelId");
    requireError(
        () -> embedder.transform(texts),
        "Missing parameter modelUrl of t: set it with setModelUrl");
    requireError(
        () -> encoder.setHfModelId("tiney").transform(texts),
        "Invalid hfModelId of t: Unknown model tiney (did you mean tiny?): known are tiny,"
            + " smollm2-135m-instruct, gemma3-270m, or name a Hugging Face folder or .gguf file that exists");
    requireError(
        () -> embedder.setModelUrl("djl://ai.djl/bert").transform(texts),
        "Invalid modelUrl djl://ai.djl/bert of t: a query downloads nothing; name a known model, a Hugging Face folder or a .gguf file");
  }

  @Test
  void wrongIdsFailTheQuery(SparkSession spark) {
    TextDecoder stage = new TextDecoder().setInputCol("ids").setOutputCol("o").setHfModelId("tiny");
    Dataset<Row> large =
        stage.transform(spark.sql("SELECT array(1L, id + 4294967296L) AS ids FROM range(1)"));
    assertThatThrownBy(large::collectAsList)
        .hasStackTraceContaining("Invalid token id 4294967296: is beyond every vocabulary");
    Dataset<Row> holed = stage.transform(spark.sql("SELECT array(id, NULL) AS ids FROM range(1)"));
    assertThatThrownBy(holed::collectAsList)
        .hasStackTraceContaining("Invalid token ids: element 1 is null");
  }

  /** The stage's column is the expression's, and its schema what transformSchema says. */
  private static void requireSame(
      TextTransformer<?> stage, Dataset<Row> transformed, String expression) {
    Dataset<Row> texts = transformed.sparkSession().sql(TEXTS);
    assertThat(transformed.orderBy("n").collectAsList())
        .isEqualTo(
            texts.selectExpr("n", "text", expression + " AS o").orderBy("n").collectAsList());
    assertThat(stage.transformSchema(texts.schema()).simpleString())
        .isEqualTo(transformed.schema().simpleString());
    assertThat(Stream.of(transformed.columns())).containsExactly("n", "text", "o");
  }

  private static void requireError(Supplier<Object> call, String message) {
    assertThatThrownBy(call::get).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }
}
