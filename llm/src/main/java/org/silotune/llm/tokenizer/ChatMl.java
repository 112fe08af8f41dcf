package org.silotune.llm.tokenizer;

import java.util.List;
import java.util.Optional;

/**
 * ChatML: {@code <|im_start|>role\ncontent<|im_end|>\n} a turn. Families differ in the system turn
 * that is written when the conversation brings none.
 *
 * <p>Source: the chat templates of SmolLM2-Instruct, Qwen2-Instruct and Qwen2.5-Instruct.
 */
final class ChatMl extends ChatTemplate {

  private static final String START = "<|im_start|>";
  private static final String END = "<|im_end|>";

  private final Optional<String> defaultSystem;

  private ChatMl(String name, Optional<String> defaultSystem) {
    super(name);
    this.defaultSystem = defaultSystem;
  }

  static ChatMl plain(String name) {
    return new ChatMl(name, Optional.empty());
  }

  static ChatMl withDefaultSystem(String name, String system) {
    return new ChatMl(name, Optional.of(system));
  }

  Optional<String> defaultSystem() {
    return defaultSystem;
  }

  @Override
  boolean needsBos() {
    return false;
  }

  @Override
  String endOfTurn(Markers markers) {
    return END;
  }

  @Override
  void write(List<ChatMessage> messages, Markers markers, Rendering.Writer out) {
    if (!Conversation.hasSystem(messages)) {
      defaultSystem.ifPresent(system -> out.markup(START + "system\n" + system + END + "\n"));
    }
    for (ChatMessage message : messages) {
      out.markup(START + message.role() + "\n");
      if (message.role().equals(Conversation.ASSISTANT)) {
        out.answer(message.content(), END).markup("\n");
      } else {
        out.content(message.content()).markup(END + "\n");
      }
    }
  }

  @Override
  void writeAnswerHeader(Rendering.Writer out) {
    out.markup(START + "assistant\n");
  }
}
