package org.silotune.llm.generate;

import java.util.List;

/**
 * Cuts a text that arrives in pieces at the first stop string. What is released never holds any
 * part of a stop string that ends the text: an end that might still grow into one is held back.
 *
 * <p>Which stop string ends the text does not depend on the pieces: it is the one that is complete
 * first, character by character, and the longest of those that are complete at the same character.
 */
final class StopStrings {

  private final List<String> stops;
  private final StringBuilder held = new StringBuilder();
  private boolean isStopped;

  StopStrings(List<String> stops) {
    this.stops = stops;
  }

  /** Returns what {@code piece} makes certain; after the stop string, nothing more. */
  String accept(String piece) {
    if (isStopped) {
      return "";
    }
    int scanned = held.length();
    held.append(piece);
    for (int end = scanned + 1; end <= held.length(); end++) {
      int stopLength = longestStopEndingAt(end);
      if (stopLength > 0) {
        isStopped = true;
        return release(end - stopLength);
      }
    }
    return release(held.length() - longestOpenEnd());
  }

  /** Returns what was held back; the text ended without completing a stop string. */
  String finish() {
    return isStopped ? "" : release(held.length());
  }

  /** Whether a stop string was complete. */
  boolean isStopped() {
    return isStopped;
  }

  private int longestStopEndingAt(int end) {
    int longest = 0;
    for (String stop : stops) {
      if (stop.length() > longest && endsWith(stop, stop.length(), end)) {
        longest = stop.length();
      }
    }
    return longest;
  }

  /** Returns the length of the longest end of the held text that begins a stop string. */
  private int longestOpenEnd() {
    int longest = 0;
    for (String stop : stops) {
      for (int length = stop.length() - 1; length > longest; length--) {
        if (endsWith(stop, length, held.length())) {
          longest = length;
        }
      }
    }
    return longest;
  }

  /** Whether the first {@code length} characters of {@code stop} are held right before end. */
  private boolean endsWith(String stop, int length, int end) {
    if (length > end) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (held.charAt(end - length + i) != stop.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private String release(int length) {
    String released = held.substring(0, length);
    held.delete(0, length);
    return released;
  }
}
