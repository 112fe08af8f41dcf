package org.silotune.llm.tokenizer;

import java.util.List;
import java.util.Optional;

/**
 * Mistral: one {@code <s>}, then {@code [INST] question [/INST] answer</s>} a pair of turns. The
 * system turn is the first paragraph of the first question.
 *
 * <p>The template of v0.3 is not in the set: it writes the system turn into the last question and
 * drops it once that is answered, so a training example would lack what its prompt has.
 *
 * <p>Source: the chat template of mistralai/Mistral-7B-Instruct-v0.2.
 */
final class Mistral extends ChatTemplate {

  Mistral() {
    super("mistral");
  }

  @Override
  boolean needsBos() {
    return true;
  }

  @Override
  String endOfTurn(Markers markers) {
    return markers.eos();
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
      if (message.role().equals(Conversation.ASSISTANT)) {
        out.answer(
            List.of(TextPiece.markup(" "), TextPiece.content(message.content())), markers.eos());
        continue;
      }
      out.markup(" [INST] ");
      if (first && Conversation.hasSystem(messages)) {
        out.content(messages.get(0).content()).markup("\n\n");
      }
      out.content(message.content()).markup(" [/INST]");
      first = false;
    }
  }

  @Override
  void writeAnswerHeader(Rendering.Writer out) {
    // The question's own mark asks for the answer.
  }
}
