package org.silotune.udf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.llm.LlmException;
import org.silotune.llm.tokenizer.TinyTokenizer;
import org.silotune.llm.tokenizer.Tokenizer;
import org.silotune.llm.tokenizer.TokenizerLoader;

final class SqlFunctionsTest {

  @TempDir static Path temp;
  private static SparkSession spark;
  private static String tokenizer;

  @BeforeAll
  static void open() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .getOrCreate();
    SqlFunctions.registerAll(spark);
    tokenizer = TinyTokenizer.copyTo(temp.resolve("tokenizer")).toString();
  }

  @Test
  void tokensAreThoseOfTheTokenizer() {
    int[] expected;
    try (Tokenizer direct = TokenizerLoader.load(Path.of(tokenizer)).tokenizer()) {
      expected = direct.encode("The answer is 12.");
    }
    List<Integer> ids =
        spark
            .sql("SELECT llm_tokenize('The answer is 12.', '%s')".formatted(tokenizer))
            .first()
            .getList(0);

    assertThat(ids).containsExactly(Arrays.stream(expected).boxed().toArray(Integer[]::new));
    assertThat(value("llm_token_count('The answer is 12.', '%s')".formatted(tokenizer)))
        .isEqualTo(expected.length);
    assertThat(value("llm_token_count('', '%s')".formatted(tokenizer))).isEqualTo(0);
  }

  @Test
  void functionsWorkOverColumns() {
    long total =
        spark
            .sql(
                "SELECT sum(llm_token_count(concat('row ', id), '%s')) FROM range(0, 100, 1, 4)"
                    .formatted(tokenizer))
            .first()
            .getLong(0);
    assertThat(total).isGreaterThan(100);
  }

  @Test
  void nullInGivesNullOut() {
    assertThat(value("llm_token_count(null, '%s')".formatted(tokenizer))).isNull();
    assertThat(value("llm_tokenize('a', null)")).isNull();
    assertThat(value("exact_match(null, 'a')")).isNull();
    assertThat(value("exact_match('a', null)")).isNull();
    assertThat(value("numeric_answer(null)")).isNull();
  }

  @Test
  void exactMatchLooksPastCaseAndWhiteSpaceOnly() {
    assertThat(value("exact_match(' Paris\\n', 'paris')")).isEqualTo(true);
    assertThat(value("exact_match('who: Ada\\nday:  Monday', 'who: ada day: monday')"))
        .isEqualTo(true);
    assertThat(value("exact_match('Paris.', 'Paris')")).isEqualTo(false);
    assertThat(ExactMatch.matches("cafe\u0301", "caf\u00e9")).isTrue();
  }

  @Test
  void numericAnswerIsTheOneBehindTheMarkerElseTheLast() {
    assertThat(answer("9 * 2 = <<9*2=18>>18 dollars.\n#### 18")).isEqualTo("18");
    assertThat(answer("#### 1,234,567")).isEqualTo("1234567");
    assertThat(answer("The answer is 3. No, the answer is $1,250.50. Sorry for the 4"))
        .isEqualTo("1250.5");
    assertThat(answer("first 3, then 4 apples")).isEqualTo("4");
    assertThat(answer("5-3")).isEqualTo("3");
    assertThat(answer("it is -7 degrees")).isEqualTo("-7");
    assertThat(answer("it is \u22127 degrees")).isEqualTo("-7");
    assertThat(answer("about .5")).isEqualTo("0.5");
    assertThat(answer("2,3")).isEqualTo("3");
    assertThat(NumericAnswer.of("The answer is six")).isEmpty();
    assertThat(NumericAnswer.of("no idea")).isEmpty();
    assertThat(NumericAnswer.of("")).isEmpty();
    assertThat(NumericAnswer.of("1" + "0".repeat(40))).isEmpty();
  }

  @Test
  void numbersAreEqualAsNumbers() {
    assertThat(value("numeric_answer('The answer is 6.0') = numeric_answer('#### 6')"))
        .isEqualTo(true);
    assertThat(value("numeric_answer('x = 6') = 6")).isEqualTo(true);
    assertThat(value("numeric_answer('x = 6.01') = 6")).isEqualTo(false);
  }

  @Test
  void missingTokenizerIsNamed() {
    assertThatThrownBy(() -> ExecutorTokenizer.get("/nowhere/tokenizer.json"))
        .isInstanceOf(LlmException.class)
        .hasMessageStartingWith("Missing /nowhere/tokenizer.json: ");
  }

  @Test
  void tokenizerOtherThanTheDriversIsRefusedWithBothHashes() {
    String sha256;
    try (Tokenizer direct = TokenizerLoader.load(Path.of(tokenizer)).tokenizer()) {
      sha256 = direct.sha256();
    }
    assertThat(ExecutorTokenizer.get(tokenizer, Optional.empty(), sha256))
        .isSameAs(ExecutorTokenizer.get(tokenizer, Optional.empty(), sha256));
    assertThatThrownBy(() -> ExecutorTokenizer.get(tokenizer, Optional.empty(), "f00d"))
        .hasMessage(
            "Cannot use tokenizer %s on this host: it has sha256 %s, the driver's has f00d; give every host the same model",
            tokenizer, sha256);
  }

  private static String answer(String text) {
    return NumericAnswer.of(text).map(BigDecimal::stripTrailingZeros).orElseThrow().toPlainString();
  }

  private static Object value(String expression) {
    return spark.sql("SELECT " + expression).first().get(0);
  }
}
