package org.silotune.llm.tokenizer;

import java.util.List;

/**
 * Llama 3: {@code <|start_header_id|>role<|end_header_id|>\n\ncontent<|eot_id|>} a turn. Contents
 * are trimmed.
 *
 * <p>Source: the chat template of meta-llama/Meta-Llama-3-8B-Instruct.
 */
final class Llama3 extends ChatTemplate {

  private static final String END = "<|eot_id|>";

  Llama3() {
    super("llama3");
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
    for (ChatMessage message : messages) {
      String content = Conversation.trim(message.content());
      writeHeader(message.role(), out);
      if (message.role().equals(Conversation.ASSISTANT)) {
        out.answer(content, END);
      } else {
        out.content(content).markup(END);
      }
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
