package org.silotune.llm.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;

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

  /** Checks the ids of the prompts that {@code apply_chat_template} makes of clean contents. */
  static void assertSamePrompts(Tokenizer tokenizer, String template, String name)
      throws IOException {
    PromptEncoder encoder =
        new PromptEncoder(tokenizer, ChatTemplate.byName(template), 4096, OverlongPolicy.TRUNCATE);
    JsonNode conversations = GoldenJson.json("chat-template/conversations.json");
    JsonNode prompts = GoldenJson.json("tokenizer/" + name + ".json.gz").path("prompts");
    assertThat(prompts.size()).isEqualTo(3);
    for (Map.Entry<String, JsonNode> prompt : prompts.properties()) {
      List<ChatMessage> messages = GoldenJson.messages(conversations.path(prompt.getKey()));
      assertThat(encoder.prompt(messages))
          .as(prompt.getKey())
          .isEqualTo(GoldenJson.ids(prompt.getValue()));
    }
  }

  private static int[] ids(JsonNode expected, int row) {
    return GoldenJson.ids(expected.path("ids").get(row));
  }
}
