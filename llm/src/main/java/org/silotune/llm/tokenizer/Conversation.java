package org.silotune.llm.tokenizer;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Rules on the order of turns that templates share. */
final class Conversation {

  static final String SYSTEM = "system";
  static final String USER = "user";
  static final String ASSISTANT = "assistant";

  private static final Set<String> ROLES = Set.of(SYSTEM, USER, ASSISTANT);

  private Conversation() {}

  static Optional<String> unknownRole(List<ChatMessage> messages) {
    return messages.stream()
        .map(ChatMessage::role)
        .filter(role -> !ROLES.contains(role))
        .findFirst()
        .map(role -> "unknown role %s: known are system, user, assistant".formatted(role));
  }

  /** At most one system turn, at the start; then user and assistant in turn. */
  static Optional<String> notAlternating(List<ChatMessage> messages) {
    Optional<String> unknownRole = unknownRole(messages);
    if (unknownRole.isPresent()) {
      return unknownRole;
    }
    int first = hasSystem(messages) ? 1 : 0;
    for (int i = first; i < messages.size(); i++) {
      String expected = (i - first) % 2 == 0 ? USER : ASSISTANT;
      String role = messages.get(i).role();
      if (!role.equals(expected)) {
        String problem = "turn %d is %s where the template wants %s";
        return Optional.of(problem.formatted(i + 1, role, expected));
      }
    }
    return Optional.empty();
  }

  static boolean hasSystem(List<ChatMessage> messages) {
    return !messages.isEmpty() && messages.get(0).role().equals(SYSTEM);
  }

  /** Returns the messages after a leading system turn. */
  static List<ChatMessage> turns(List<ChatMessage> messages) {
    return hasSystem(messages) ? messages.subList(1, messages.size()) : messages;
  }

  /**
   * Returns {@code text} without white space at its ends, as Jinja's {@code trim} does it: Python's
   * {@code str.strip} also takes the no-break space and U+0085, which Java's {@code strip} keeps.
   */
  static String trim(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isPythonSpace(text.charAt(start))) {
      start++;
    }
    while (end > start && isPythonSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  private static boolean isPythonSpace(char c) {
    return (c >= '\t' && c <= '\r')
        || (c >= 0x1C && c <= 0x1F)
        || c == 0x85
        || Character.isSpaceChar(c);
  }
}
