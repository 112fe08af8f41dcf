package org.silotune.llm.tokenizer;

import java.util.List;
import java.util.Optional;

/**
 * Llama 2: {@code <s>[INST] question [/INST] answer </s>} a pair of turns, the system turn between
 * {@code <<SYS>>} marks inside the first question. Contents are trimmed.
 *
 * <p>Source: the chat template of meta-llama/Llama-2-7b-chat-hf.
 */
final class Llama2 extends ChatTemplate {

  Llama2() {
    super("llama2");
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
    boolean first = true;
    for (ChatMessage message : Conversation.turns(messages)) {
      if (message.role().equals(Conversation.ASSISTANT)) {
        TextPiece space = TextPiece.markup(" ");
        TextPiece answer = TextPiece.content(Conversation.trim(message.content()));
        out.answer(List.of(space, answer, space), markers.eos());
        continue;
      }
      out.markup(markers.bos() + "[INST] ");
      if (first && Conversation.hasSystem(messages)) {
        // The template trims the joined text: the end of the question, but not its start.
        String question = Conversation.trim("." + message.content()).substring(1);
        out.markup("<<SYS>>\n").content(messages.get(0).content()).markup("\n<</SYS>>\n\n");
        out.content(question);
      } else {
        out.content(Conversation.trim(message.content()));
      }
      out.markup(" [/INST]");
      first = false;
    }
  }

  @Override
  void writeAnswerHeader(Rendering.Writer out) {
    // The question's own mark asks for the answer.
  }
}
