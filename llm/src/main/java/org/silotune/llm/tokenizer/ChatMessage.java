package org.silotune.llm.tokenizer;

import static java.util.Objects.requireNonNull;

/**
 * One turn of a conversation.
 *
 * @param role {@code system}, {@code user} or {@code assistant}
 * @param content the turn's text, without markers
 */
public record ChatMessage(String role, String content) {

  public ChatMessage {
    requireNonNull(role, "role");
    requireNonNull(content, "content");
  }
}
