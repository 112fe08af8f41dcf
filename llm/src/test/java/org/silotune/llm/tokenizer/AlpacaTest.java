package org.silotune.llm.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Expected texts are Stanford Alpaca's {@code PROMPT_DICT}, filled in by hand. */
class AlpacaTest {

  private static final Markers MARKERS = new Markers("<s>", "</s>", false);

  private final ChatTemplate alpaca = ChatTemplate.ofBaseModel();

  @Test
  void instructionWithoutInputUsesTheShortHeader() {
    Instruction task = new Instruction("Name a colour.", " \n");
    assertThat(alpaca.renderPrompt(alpaca.question(task), MARKERS).text())
        .isEqualTo(
            "Below is an instruction that describes a task. Write a response that appropriately"
                + " completes the request.\n\n### Instruction:\nName a colour.\n\n### Response:");
  }

  @Test
  void instructionWithInputUsesTheLongHeader() {
    Instruction task = new Instruction("Translate.", "Guten Tag");
    assertThat(ChatTemplate.alpacaPrompt(task))
        .isEqualTo(alpaca.renderPrompt(alpaca.question(task), MARKERS).text())
        .isEqualTo(
            "Below is an instruction that describes a task, paired with an input that provides"
                + " further context. Write a response that appropriately completes the"
                + " request.\n\n### Instruction:\nTranslate.\n\n### Input:\nGuten Tag\n\n###"
                + " Response:");
  }

  @Test
  void modelThatStartsWithBosGetsItOnce() {
    List<ChatMessage> messages = List.of(new ChatMessage("user", "Hi"));
    assertThat(alpaca.renderPrompt(messages, new Markers("<s>", "</s>", true)).text())
        .startsWith("<s>Below is an instruction");
  }

  @Test
  void conversationRepeatsTheInstructionMarkAfterEachAnswer() {
    List<ChatMessage> messages =
        List.of(
            new ChatMessage("system", "Be brief."),
            new ChatMessage("user", "Hi"),
            new ChatMessage("assistant", "Hello"),
            new ChatMessage("user", "Bye"));
    assertThat(alpaca.renderPrompt(messages, MARKERS).text())
        .isEqualTo(
            "Be brief.\n\n### Instruction:\nHi\n\n### Response:Hello</s>\n\n### Instruction:\n"
                + "Bye\n\n### Response:");
  }
}
