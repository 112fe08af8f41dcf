package org.silotune.llm.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silotune.llm.LlmException;

/** Against {@code apply_chat_template}: {@code chat_template_golden.py}. */
class ChatTemplateTest {

  private static final Markers MARKERS = new Markers("<s>", "</s>", true);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "chatml",
        "gemma3",
        "llama2",
        "llama3",
        "llama3.1",
        "mistral",
        "qwen2",
        "qwen2.5",
        "qwen3",
        "smollm2"
      })
  void writesWhatTheJinjaTemplateWrites(String name) throws IOException {
    ChatTemplate template = ChatTemplate.byName(name);
    JsonNode expected = GoldenJson.json("chat-template/texts.json.gz").path(name);
    Set<Map.Entry<String, JsonNode>> conversations =
        GoldenJson.json("chat-template/conversations.json").properties();
    assertThat(conversations).hasSizeGreaterThan(20);
    for (Map.Entry<String, JsonNode> conversation : conversations) {
      String key = conversation.getKey();
      List<ChatMessage> messages = GoldenJson.messages(conversation.getValue());
      JsonNode golden = expected.path(key);
      assertThat(template.problem(messages).isPresent())
          .as(key)
          .isEqualTo(golden.path("text").isNull());
      if (template.problem(messages).isEmpty()) {
        assertThat(template.render(messages, MARKERS).text())
            .as(key)
            .isEqualTo(golden.path("text").textValue());
        assertThat(template.renderPrompt(messages, MARKERS).text())
            .as(key + " as a prompt")
            .isEqualTo(golden.path("prompt").textValue());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "chatml",
        "gemma3",
        "llama2",
        "llama3",
        "llama3.1",
        "mistral",
        "qwen2",
        "qwen2.5",
        "qwen3",
        "smollm2"
      })
  void isRecognisedByItsJinjaText(String name) throws IOException {
    String jinja = GoldenJson.text("chat-template/" + name + ".jinja");
    assertThat(ChatTemplate.detect("model", jinja).name()).isEqualTo(name);
    assertThat(ChatTemplate.detect("model", jinja.replace("\\n", "\n")).name()).isEqualTo(name);
  }

  @Test
  void unknownNameListsTheKnownOnes() {
    assertThatThrownBy(() -> ChatTemplate.byName("vicuna"))
        .isInstanceOf(LlmException.class)
        .hasMessage(
            "Unknown chat template vicuna: known are alpaca, chatml, gemma3, llama2, llama3,"
                + " llama3.1, mistral, qwen2, qwen2.5, qwen3, smollm2");
  }

  @Test
  void unrecognisedJinjaSaysHowToForceATemplate() {
    assertThatThrownBy(() -> ChatTemplate.detect("my.gguf", "{% for m in messages %}USER: {{ m }}"))
        .isInstanceOf(LlmException.class)
        .hasMessage(
            "Unrecognised chat template in my.gguf, which begins \"{% for m in messages %}USER: {{"
                + " m }}\": force one by name, of alpaca, chatml, gemma3, llama2, llama3,"
                + " llama3.1, mistral, qwen2, qwen2.5, qwen3, smollm2");
  }

  @Test
  void chatMlWithAnotherDefaultSystemTurnIsNotTakenForPlain() throws IOException {
    String jinja =
        GoldenJson.text("chat-template/smollm2.jinja")
            .replace("You are a helpful", "You are a rude");
    assertThatThrownBy(() -> ChatTemplate.detect("model", jinja))
        .isInstanceOf(LlmException.class)
        .hasMessageStartingWith("Unrecognised chat template in model");
  }

  @Test
  void unknownRoleIsAProblem() {
    List<ChatMessage> messages = List.of(new ChatMessage("tool", "42"));
    for (String name : ChatTemplate.names()) {
      assertThat(ChatTemplate.byName(name).problem(messages))
          .hasValue("unknown role tool: known are system, user, assistant");
    }
  }
}
