package org.silotune.llm.tokenizer;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The ids of a text put together from those of its words. Each word is asked of the library once
 * and remembered, up to a number of words; so the ids are the library's own. Thread-safe.
 */
final class WordIds {

  /**
   * A quarter of a million words: English instructions of all kinds have about a hundred thousand.
   */
  private static final int MEMORY_BITS = 19;

  private final WordCutter cutter;
  private final ControlTokens addedTokens;
  private final Map<String, Integer> addedIds;
  private final Function<String, int[]> library;
  private final WordMemory memory;

  /**
   * A memory that is empty.
   *
   * @param addedIds ids of the tokens that are found in a text before it is cut, by their text
   * @param library the ids of a text
   */
  WordIds(WordCutter cutter, Map<String, Integer> addedIds, Function<String, int[]> library) {
    this(cutter, addedIds, library, new WordMemory(MEMORY_BITS));
  }

  WordIds(
      WordCutter cutter,
      Map<String, Integer> addedIds,
      Function<String, int[]> library,
      WordMemory memory) {
    this.cutter = cutter;
    this.addedTokens = new ControlTokens(addedIds.keySet());
    this.addedIds = new TreeMap<>(addedIds);
    this.library = library;
    this.memory = memory;
  }

  /** Returns the ids of a text, added tokens recognised; none if it holds an unknown character. */
  Optional<int[]> encode(String text) {
    if (!WordCutter.knows(text)) {
      return Optional.empty();
    }
    IdList ids = new IdList(text.length() / 3 + 8);
    int from = 0;
    while (from < text.length()) {
      int token = addedTokens.indexIn(text, from);
      addWords(text, from, token, ids);
      from = token;
      if (token < text.length()) {
        int length = addedTokens.longestAt(text, token);
        ids.add(addedIds.get(text.substring(token, token + length)));
        from = token + length;
      }
    }
    return Optional.of(ids.toArray());
  }

  private void addWords(String text, int from, int limit, IdList ids) {
    int start = from;
    while (start < limit) {
      int end = cutter.end(text, start, limit);
      memory.addTo(ids, text, start, end, library);
      start = end;
    }
  }
}
