package org.silotune.udf.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.silotune.llm.testing.Golden;

/** Against the figures that {@code text_golden.py} wrote. */
final class TextGoldenTest {

  private static JsonNode golden;

  @BeforeAll
  static void read() throws IOException {
    golden = new JsonMapper().readTree(Golden.path("text/expected.json").toFile());
    assertThat(golden.path("texts")).hasSizeGreaterThan(15);
  }

  @Test
  void rougeLIsThatOfThePythonPackage() {
    assertThat(golden.path("rouge_l")).hasSizeGreaterThan(150);
    for (JsonNode row : golden.path("rouge_l")) {
      RougeL score = RougeL.of(row.get(0).textValue(), row.get(1).textValue());
      assertThat(score.precision()).as(row.toString()).isEqualTo(row.get(2).doubleValue());
      assertThat(score.recall()).as(row.toString()).isEqualTo(row.get(3).doubleValue());
      assertThat(score.f()).as(row.toString()).isCloseTo(row.get(4).doubleValue(), within(1e-15));
    }
  }

  @Test
  void passAtKIsThePapersFormulaInExactFractions() {
    assertThat(golden.path("pass_at_k")).hasSizeGreaterThan(30);
    for (JsonNode row : golden.path("pass_at_k")) {
      assertThat(
              PassAtK.estimate(
                  row.get(0).longValue(), row.get(1).longValue(), row.get(2).longValue()))
          .as(row.toString())
          .isCloseTo(row.get(3).doubleValue(), within(1e-12));
    }
  }

  @Test
  void wordRunsHashToTheSameNumbers() {
    golden
        .path("ngrams")
        .properties()
        .forEach(
            size -> {
              WordNgrams ngrams = new WordNgrams(Integer.parseInt(size.getKey()));
              for (int i = 0; i < golden.path("texts").size(); i++) {
                assertThat(ngrams.hashes(text(i)))
                    .as("%s words of %s", size.getKey(), text(i))
                    .containsExactly(longs(size.getValue().get(i)));
              }
            });
  }

  @Test
  void signaturesAreThoseOfTheDefinition() {
    golden
        .path("minhash")
        .properties()
        .forEach(
            entry -> {
              int comma = entry.getKey().indexOf(',');
              MinHash minHash =
                  new MinHash(
                      Integer.parseInt(entry.getKey().substring(0, comma)),
                      Integer.parseInt(entry.getKey().substring(comma + 1)));
              for (int i = 0; i < entry.getValue().size(); i++) {
                JsonNode expected = entry.getValue().get(i);
                if (expected.isNull()) {
                  assertThat(minHash.signature(text(i))).isEmpty();
                } else {
                  assertThat(minHash.signature(text(i)).orElseThrow())
                      .as(text(i))
                      .containsExactly(longs(expected));
                }
              }
            });
  }

  @Test
  void figuresOfQualityAreThoseOfTheDefinition() {
    for (int i = 0; i < golden.path("texts").size(); i++) {
      JsonNode row = golden.path("quality").get(i);
      TextQuality quality = TextQuality.of(text(i));
      assertThat(quality)
          .as(text(i))
          .isEqualTo(
              new TextQuality(
                  row.path("characters").intValue(),
                  row.path("words").intValue(),
                  row.path("mean_word_length").doubleValue(),
                  row.path("symbol_ratio").doubleValue(),
                  row.path("alphabetic_words").doubleValue(),
                  row.path("bullet_lines").doubleValue(),
                  row.path("ellipsis_lines").doubleValue(),
                  row.path("stop_words").intValue(),
                  row.path("duplicate_lines").doubleValue(),
                  row.path("distinct_words").doubleValue()));
    }
  }

  private static String text(int index) {
    return golden.path("texts").get(index).textValue();
  }

  private static long[] longs(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .mapToLong(JsonNode::longValue)
        .toArray();
  }
}
