package org.silotune.llm.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;

/** Compares a tokenizer with what {@code tokenizer_golden.py} wrote about it. */
final class TokenizerGolden {

  private TokenizerGolden() {}

  /** Checks ids and decoded texts of all strings. */
  static void assertSameAsTransformers(Tokenizer tokenizer, String name) throws IOException {
    JsonNode strings = GoldenJson.json("tokenizer/strings.json.gz");
    JsonNode expected = GoldenJson.json("tokenizer/" + name + ".json.gz");
    assertThat(strings.size()).isGreaterThan(690).isEqualTo(expected.path("ids").size());
    for (int i = 0; i < strings.size(); i++) {
      String text = strings.get(i).textValue();
      int[] ids = tokenizer.encode(text);
      assertThat(ids).as("ids of %s", strings.get(i)).isEqualTo(ids(expected, i));
      assertThat(tokenizer.decode(ids))
          .as("text of the ids of %s", strings.get(i))
          .isEqualTo(expected.path("decoded").get(i).textValue());
    }
  }

  private static int[] ids(JsonNode expected, int row) {
    return GoldenJson.ids(expected.path("ids").get(row));
  }
}
