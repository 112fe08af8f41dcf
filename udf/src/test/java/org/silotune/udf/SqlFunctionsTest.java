package org.silotune.udf;

import static org.apache.spark.sql.functions.call_function;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.llm.tokenizer.TinyTokenizer;
import org.silotune.llm.tokenizer.Tokenizer;
import org.silotune.llm.tokenizer.TokenizerLoader;
import org.silotune.udf.function.SqlFunction;

@ExtendWith(SparkSessionExtension.class)
final class SqlFunctionsTest {

  @TempDir static Path temp;
  private static SparkSession spark;
  private static String model;

  @BeforeAll
  static void open(SparkSession session) {
    spark = session;
    model = TinyTokenizer.copyTo(temp.resolve("tokenizer")).toString();
  }

  @Test
  void tokensAreThoseOfTheTokenizer() {
    int[] expected;
    try (Tokenizer direct = TokenizerLoader.load(Path.of(model)).tokenizer()) {
      expected = direct.encode("The answer is 12.");
    }
    List<Integer> ids = first("llm_tokenize('The answer is 12.', '%s')").getList(0);

    assertThat(ids).containsExactlyElementsOf(IntStream.of(expected).boxed().toList());
    assertThat(value("llm_token_count('The answer is 12.', '%s')")).isEqualTo(expected.length);
    assertThat(value("llm_token_count('', '%s')")).isEqualTo(0);
    assertThat(value("llm_detokenize(llm_tokenize('The answer<|im_end|> is 12.', '%1$s'), '%1$s')"))
        .isEqualTo("The answer<|im_end|> is 12.");
    assertThat(
            value(
                "llm_detokenize(llm_tokenize('The answer<|im_end|> is 12.', '%1$s'), '%1$s', true)"))
        .isEqualTo("The answer is 12.");
  }

  @Test
  void functionsWorkOverColumnsOfManyTasks() {
    Dataset<Row> rows =
        spark
            .range(0, 1000, 1, 4)
            .select(col("id"), expr("concat('row ', id, ' caf\u00e9')").as("text"));
    long total =
        rows.select(call_function("llm_token_count", col("text"), lit(model)).as("n"))
            .agg(expr("sum(n)"))
            .first()
            .getLong(0);
    assertThat(total).isGreaterThan(1000);
    assertThat(
            rows.where("exact_match(normalize_text(concat('ROW ', id, ' cafe\u0301')), text)")
                .count())
        .isEqualTo(1000);
    assertThat(
            rows.groupBy(expr("pass_at_k(10, id % 5, 2)"))
                .agg(expr("avg(rouge_l(text, 'row'))"))
                .count())
        .isEqualTo(5);
  }

  @Test
  void argumentsAreCastAsSparkCastsThem() {
    assertThat(value("normalize_text(12)")).isEqualTo("12");
    assertThat(value("pass_at_k('10', 3S, 1)")).isEqualTo(1 - 7.0 / 10);
    assertThat(value("llm_detokenize(array(65S, 66S), '%s')")).isEqualTo("_`");
  }

  @Test
  void messagesAreFoundByTheNamesOfTheirFields() {
    String expected = "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n";
    assertThat(
            value(
                "chat_template(array(named_struct('role', 'user', 'content', 'Hi')), '%s', 'chatml')"))
        .isEqualTo(expected);
    assertThat(
            value(
                "chat_template(array(named_struct('x', 1, 'Content', 'Hi', 'ROLE', 'user')), '%s', 'chatml')"))
        .isEqualTo(expected);
    assertThat(
            value(
                "chat_template(array(named_struct('role', 'user', 'content', 'Hi'), named_struct('role', 'assistant', 'content', 'Ho')), '%s', 'chatml')"))
        .isEqualTo("<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHo<|im_end|>\n");
    assertAnalysis(
        "chat_template('Hi', 'm')",
        "Invalid messages of type STRING: must be an array of structs with the texts role and content");
    assertAnalysis(
        "chat_template(array(named_struct('role', 'user', 'text', 'Hi')), 'm')",
        "Invalid messages of type ARRAY<STRUCT<role: STRING NOT NULL, text: STRING NOT NULL>>: must be an array of structs with the texts role and content");
    assertFails(
        "chat_template(array(named_struct('role', 'tool', 'content', 'Hi')), '%s', 'chatml')",
        "Cannot write a chatml text: unknown role tool: known are system, user, assistant");
    assertFails(
        "chat_template(array(named_struct('role', 'user', 'content', string(null))), '%s', 'chatml')",
        "Invalid messages: role or content of message 1 is null");
  }

  @Test
  void hashesOfWordRunsAreThoseOfSpark() {
    for (int size : new int[] {1, 2, 3, 7, 10, 11, 30, 60}) {
      String words =
          IntStream.range(0, size).mapToObj(i -> "w" + i).collect(Collectors.joining(" "));
      assertThat(value("ngrams_hash('%1$s', %2$d)[0] = xxhash64('%1$s')", words, size))
          .as("%d words", size)
          .isEqualTo(true);
    }
  }

  @Test
  void wrongNumbersOfArgumentsAndWrongTypesAreFoundBeforeTheQueryRuns() {
    assertAnalysis(
        "normalize_text()", "Invalid call of normalize_text with 0 arguments: it takes (text)");
    assertAnalysis(
        "minhash('a', 1, 2, 3)",
        "Invalid call of minhash with 4 arguments: it takes (text[, size[, words]])");
    assertThatThrownBy(() -> spark.sql("SELECT pass_at_k(array(1), 2, 3)"))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("pass_at_k")
        .hasMessageContaining("BIGINT");
  }

  @Test
  void badValuesAreNamed() {
    assertFails("minhash('a', 0)", "Invalid signature size 0: must be 1 to 4096");
    assertFails("ngrams_hash('a', 0)", "Invalid n-gram size 0: must be at least 1 word");
    assertFails("pass_at_k(5, 2, 10)", "Invalid k 10: must be 1 to n, which is 5");
    assertFails("redact_pii('a', map('X', '('))", "Invalid pattern X '(': Unclosed group");
    assertFails(
        "redact_pii('a', map('X', string(null)))", "Invalid patterns: the value of X is null");
    assertFails("llm_tokenize('a', '/nowhere')", "/nowhere");
    assertFails(
        "llm_tokenize('a', 'tiney')",
        "Unknown model tiney (did you mean tiny?): known are tiny, smollm2-135m-instruct, gemma3-270m, or name");
    assertFails(
        "llm_detokenize(array(384), '%s')",
        "Invalid token id 384 at position 0: must be in [0, 384)");
    assertFails("llm_detokenize(array(1, null), '%s')", "Invalid token ids: element 1 is null");
  }

  @Test
  void nullInGivesNullOut() {
    for (String call :
        List.of(
            "llm_tokenize(null, '%s')",
            "llm_tokenize('a', null)",
            "llm_detokenize(null, '%s')",
            "llm_token_count(null, '%s')",
            "chat_template(null, '%s')",
            "alpaca_prompt(null, 'a')",
            "normalize_text(null)",
            "redact_pii(null)",
            "redact_pii('a', null)",
            "minhash(null)",
            "minhash('a', null)",
            "minhash(' ')",
            "ngrams_hash(null, 2)",
            "text_quality(null)",
            "rouge_l(null, 'a')",
            "rouge_l('a', null)",
            "exact_match(null, 'a')",
            "exact_match('a', null)",
            "numeric_answer(null)",
            "numeric_answer('none')",
            "pass_at_k(null, 1, 1)")) {
      assertThat(value(call)).as(call).isNull();
    }
    assertThat(value("alpaca_prompt('a', null)")).isEqualTo(value("alpaca_prompt('a', '')"));
  }

  @Test
  void columnsAndDescriptionsBearTheName() {
    assertThat(spark.sql("SELECT exact_match('a', 'b')").columns())
        .containsExactly("exact_match(a, b)");
    for (SqlFunction function : SqlFunctions.all()) {
      String description =
          spark.sql("DESCRIBE FUNCTION " + function.name()).collectAsList().toString();
      assertThat(description).contains("Usage: " + function.name() + "(");
    }
  }

  @Test
  void aSessionThatExistsGetsThemByRegister() {
    SparkSession other = spark.newSession();
    SqlFunctions.all().forEach(each -> forget(other, each));
    assertThatThrownBy(() -> other.sql("SELECT numeric_answer('6')"))
        .hasMessageContaining("UNRESOLVED_ROUTINE");
    SqlFunctions.register(other);
    assertThat(other.sql("SELECT numeric_answer('x = 6.0') = 6").first().getBoolean(0)).isTrue();
    other.range(3).createOrReplaceTempView("numbers");
    other.sql("CREATE OR REPLACE TEMP VIEW scored AS SELECT pass_at_k(3, id, 1) p FROM numbers");
    assertThat(other.sql("SELECT sum(p) FROM scored").first().getDouble(0))
        .isCloseTo(1.0, within(1e-15));
  }

  private static void forget(SparkSession session, SqlFunction function) {
    ((org.apache.spark.sql.classic.SparkSession) session)
        .sessionState()
        .functionRegistry()
        .dropFunction(SqlFunctions.identifier(function));
  }

  private static void assertAnalysis(String call, String message) {
    assertThatThrownBy(() -> spark.sql("SELECT " + call))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining(message);
  }

  private static void assertFails(String call, String message) {
    String sql = call.formatted(model);
    // Over a column, so that a task fails and not the optimizer's folding of constants.
    for (String query :
        List.of("SELECT " + sql, "SELECT %s FROM range(0, 4, 1, 2)".formatted(sql))) {
      assertThatThrownBy(() -> spark.sql(query).collectAsList())
          .as(query)
          .satisfies(
              thrown ->
                  assertThat(messages(thrown)).as(query).anyMatch(each -> each.contains(message)));
    }
  }

  private static List<String> messages(Throwable thrown) {
    return Stream.iterate(thrown, t -> t != null, Throwable::getCause)
        .map(String::valueOf)
        .toList();
  }

  private static Row first(String expression) {
    return spark.sql("SELECT " + expression.formatted(model)).first();
  }

  private static Object value(String expression, Object... arguments) {
    Object[] filled = arguments.length == 0 ? new Object[] {model} : arguments;
    return spark.sql("SELECT " + expression.formatted(filled)).first().get(0);
  }
}
