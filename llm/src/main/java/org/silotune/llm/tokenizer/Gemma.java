package org.silotune.llm.tokenizer;

import java.util.List;
import java.util.Optional;

/**
 * Gemma 3: {@code <start_of_turn>role\ncontent<end_of_turn>\n} a turn, the assistant is called
 * {@code model}, and the system turn is the first paragraph of the first user turn. Contents are
 * trimmed.
 *
 * <p>Source: the chat template of google/gemma-3-270m-it, the text part.
 */
final class Gemma extends ChatTemplate {

  private static final String START = "<start_of_turn>";
  private static final String END = "<end_of_turn>";

  Gemma() {
    super("gemma3");
  }

  @Override
  boolean needsBos() {
    return true;
  }

  @Override
  String endOfTurn(Markers markers) {
    return END;
  }

  @Override
  Optional<String> problem(List<ChatMessage> messages) {
    return Conversation.notAlternating(messages);
  }

  @Override
  void write(List<ChatMessage> messages, Markers markers, Rendering.Writer out) {
    out.markup(markers.bos());
    boolean first = true;
    for (ChatMessage message : Conversation.turns(messages)) {
      String content = Conversation.trim(message.content());
      if (message.role().equals(Conversation.ASSISTANT)) {
        writeAnswerHeader(out);
        out.answer(content, END).markup("\n");
        continue;
      }
      out.markup(START + "user\n");
      if (first && Conversation.hasSystem(messages)) {
        out.content(messages.get(0).content()).markup("\n\n");
      }
      out.content(content).markup(END + "\n");
      first = false;
    }
  }

  @Override
  void writeAnswerHeader(Rendering.Writer out) {
    out.markup(START + "model\n");
  }
}
