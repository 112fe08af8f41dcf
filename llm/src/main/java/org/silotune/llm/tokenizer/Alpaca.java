package org.silotune.llm.tokenizer;

import java.util.List;
import java.util.Optional;

/**
 * The Alpaca prompt, for models that know no turns. It has two variants: with an input and without.
 *
 * <p>A conversation is written the same way: a system turn stands in for the header, every user
 * turn is an instruction, and an answer ends with the end-of-text token. There is no space or line
 * break after {@code ### Response:}; what follows is the model's.
 *
 * <p>Source: Stanford Alpaca, {@code train.py}, {@code PROMPT_DICT}.
 */
final class Alpaca extends ChatTemplate {

  private static final String WITHOUT_INPUT =
      "Below is an instruction that describes a task. "
          + "Write a response that appropriately completes the request.";
  private static final String WITH_INPUT =
      "Below is an instruction that describes a task, paired with an input that provides further"
          + " context. Write a response that appropriately completes the request.";

  private static final String INSTRUCTION = "\n\n### Instruction:\n";
  private static final String INPUT = "\n\n### Input:\n";
  private static final String RESPONSE = "\n\n### Response:";

  Alpaca() {
    super("alpaca");
  }

  @Override
  boolean needsBos() {
    return false;
  }

  @Override
  String endOfTurn(Markers markers) {
    return markers.eos();
  }

  @Override
  Optional<String> problem(List<ChatMessage> messages) {
    return Conversation.notAlternating(messages);
  }

  /** An input is a system turn's business here: it changes the header too. */
  @Override
  List<ChatMessage> question(Instruction task) {
    if (!task.hasInput()) {
      return List.of(new ChatMessage(Conversation.USER, task.instruction()));
    }
    return List.of(
        new ChatMessage(Conversation.SYSTEM, WITH_INPUT),
        new ChatMessage(Conversation.USER, task.instruction() + INPUT + task.input()));
  }

  @Override
  void write(List<ChatMessage> messages, Markers markers, Rendering.Writer out) {
    if (markers.startsWithBos()) {
      out.markup(markers.bos());
    }
    if (Conversation.hasSystem(messages)) {
      out.content(messages.get(0).content());
    } else {
      out.markup(WITHOUT_INPUT);
    }
    for (ChatMessage message : Conversation.turns(messages)) {
      if (message.role().equals(Conversation.USER)) {
        out.markup(INSTRUCTION).content(message.content());
      } else {
        writeAnswerHeader(out);
        out.answer(message.content(), markers.eos());
      }
    }
  }

  @Override
  void writeAnswerHeader(Rendering.Writer out) {
    out.markup(RESPONSE);
  }
}
