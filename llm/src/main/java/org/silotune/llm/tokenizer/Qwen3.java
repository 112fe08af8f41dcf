package org.silotune.llm.tokenizer;

import java.util.List;

/**
 * Qwen3: ChatML without a default system turn, and with reasoning before the answer. The last
 * answer opens with a think block, empty where the message has no reasoning; earlier answers lose
 * theirs. The prompt leaves thinking to the model, which is the family's default.
 *
 * <p>Source: the chat template of Qwen/Qwen3-0.6B, without its tools.
 */
final class Qwen3 extends ChatTemplate {

  private static final String START = "<|im_start|>";
  private static final String END = "<|im_end|>";
  private static final String THINK = "<think>";
  private static final String THINK_END = "</think>";

  Qwen3() {
    super("qwen3");
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
    int lastQuestion = lastQuestion(messages);
    for (int i = 0; i < messages.size(); i++) {
      ChatMessage message = messages.get(i);
      out.markup(START + message.role() + "\n");
      if (!message.role().equals(Conversation.ASSISTANT)) {
        out.content(message.content()).markup(END + "\n");
        continue;
      }
      String reasoning = reasoning(message.content());
      boolean isLast = i == messages.size() - 1;
      if (i > lastQuestion && (isLast || !reasoning.isEmpty())) {
        out.answer(
            List.of(
                TextPiece.markup(THINK + "\n"),
                TextPiece.content(stripLines(reasoning)),
                TextPiece.markup("\n" + THINK_END + "\n\n"),
                TextPiece.content(stripLeadingLines(answer(message.content())))),
            END);
      } else {
        out.answer(answer(message.content()), END);
      }
      out.markup("\n");
    }
  }

  @Override
  void writeAnswerHeader(Rendering.Writer out) {
    out.markup(START + "assistant\n");
  }

  /** Returns the position of the last user turn that is no tool's response. */
  private static int lastQuestion(List<ChatMessage> messages) {
    for (int i = messages.size() - 1; i >= 0; i--) {
      String content = messages.get(i).content();
      boolean isToolResponse =
          content.startsWith("<tool_response>") && content.endsWith("</tool_response>");
      if (messages.get(i).role().equals(Conversation.USER) && !isToolResponse) {
        return i;
      }
    }
    return messages.size() - 1;
  }

  /** Returns what stands in the first think block. */
  private static String reasoning(String content) {
    int end = content.indexOf(THINK_END);
    if (end < 0) {
      return "";
    }
    String head = stripTrailingLines(content.substring(0, end));
    int start = head.lastIndexOf(THINK);
    return stripLeadingLines(start < 0 ? head : head.substring(start + THINK.length()));
  }

  /** Returns what stands after the last think block. */
  private static String answer(String content) {
    int end = content.lastIndexOf(THINK_END);
    return end < 0 ? content : stripLeadingLines(content.substring(end + THINK_END.length()));
  }

  private static String stripLines(String text) {
    return stripLeadingLines(stripTrailingLines(text));
  }

  private static String stripLeadingLines(String text) {
    int start = 0;
    while (start < text.length() && text.charAt(start) == '\n') {
      start++;
    }
    return text.substring(start);
  }

  private static String stripTrailingLines(String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == '\n') {
      end--;
    }
    return text.substring(0, end);
  }
}
