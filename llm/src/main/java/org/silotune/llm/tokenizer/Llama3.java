package org.silotune.llm.tokenizer;

import java.util.List;
import java.util.Optional;

/**
 * Llama 3: {@code <|start_header_id|>role<|end_header_id|>\n\ncontent<|eot_id|>} a turn. Contents
 * are trimmed. From 3.1 on there always is a system turn, which opens with two dates; the second
 * would be today's in Llama 3.2, and is the template's own default here, so that a prompt never
 * depends on the clock.
 *
 * <p>Source: the chat templates of meta-llama/Meta-Llama-3-8B-Instruct and
 * meta-llama/Llama-3.1-8B-Instruct, without their tools.
 */
final class Llama3 extends ChatTemplate {

  private static final String END = "<|eot_id|>";
  private static final String DATES =
      "Cutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\n";

  private final Optional<String> preamble;

  private Llama3(String name, Optional<String> preamble) {
    super(name);
    this.preamble = preamble;
  }

  static Llama3 first() {
    return new Llama3("llama3", Optional.empty());
  }

  static Llama3 withDates() {
    return new Llama3("llama3.1", Optional.of(DATES));
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
  void write(List<ChatMessage> messages, Markers markers, Rendering.Writer out) {
    out.markup(markers.bos());
    if (preamble.isEmpty()) {
      messages.forEach(message -> writeTurn(message, out));
      return;
    }
    writeHeader(Conversation.SYSTEM, out);
    out.markup(preamble.get());
    if (Conversation.hasSystem(messages)) {
      out.content(Conversation.trim(messages.get(0).content()));
    }
    out.markup(END);
    Conversation.turns(messages).forEach(message -> writeTurn(message, out));
  }

  private static void writeTurn(ChatMessage message, Rendering.Writer out) {
    String content = Conversation.trim(message.content());
    writeHeader(message.role(), out);
    if (message.role().equals(Conversation.ASSISTANT)) {
      out.answer(content, END);
    } else {
      out.content(content).markup(END);
    }
  }

  @Override
  void writeAnswerHeader(Rendering.Writer out) {
    writeHeader(Conversation.ASSISTANT, out);
  }

  private static void writeHeader(String role, Rendering.Writer out) {
    out.markup("<|start_header_id|>" + role + "<|end_header_id|>\n\n");
  }
}
