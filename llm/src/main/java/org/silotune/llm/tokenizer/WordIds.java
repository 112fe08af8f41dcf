package org.silotune.llm.tokenizer;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;

/**
 * The ids of a text put together from those of its words. Each word is asked of the library once
 * and remembered, up to a number of words; so the ids are the library's own. Thread-safe.
 */
final class WordIds {

  private static final int BITS = 17;
  private static final int MOST_WORDS = 1 << (BITS - 1);
  private static final int LONGEST_WORD = 32;

  @SuppressWarnings("ArrayRecordComponent") // never compared, and never handed out
  private record Word(String text, int hash, int[] ids) {}

  private final WordCutter cutter;
  private final ControlTokens addedTokens;
  private final Map<String, Integer> addedIds;
  private final Function<String, int[]> library;
  private final AtomicReferenceArray<Word> words = new AtomicReferenceArray<>(1 << BITS);
  private final AtomicInteger count = new AtomicInteger();

  /**
   * An empty memory.
   *
   * @param addedIds ids of the tokens that are found in a text before it is cut, by their text
   * @param library the ids of a text
   */
  WordIds(WordCutter cutter, Map<String, Integer> addedIds, Function<String, int[]> library) {
    this.cutter = cutter;
    this.addedTokens = new ControlTokens(addedIds.keySet());
    this.addedIds = new TreeMap<>(addedIds);
    this.library = library;
  }

  /** Returns the ids of a text, added tokens recognised; none if it holds an unknown character. */
  Optional<int[]> encode(String text) {
    if (!WordCutter.knows(text)) {
      return Optional.empty();
    }
    Ids ids = new Ids(text.length() / 3 + 8);
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

  private void addWords(String text, int from, int limit, Ids ids) {
    int start = from;
    while (start < limit) {
      int end = cutter.end(text, start, limit);
      ids.addAll(of(text, start, end));
      start = end;
    }
  }

  private int[] of(String text, int start, int end) {
    int hash = 0;
    for (int i = start; i < end; i++) {
      hash = 31 * hash + text.charAt(i);
    }
    int slot = (hash * 0x9E3779B9) >>> (Integer.SIZE - BITS);
    for (Word known = words.get(slot); known != null; known = words.get(slot)) {
      if (known.hash == hash
          && known.text.length() == end - start
          && text.startsWith(known.text, start)) {
        return known.ids;
      }
      slot = (slot + 1) & ((1 << BITS) - 1);
    }
    String word = text.substring(start, end);
    int[] ids = library.apply(word);
    if (end - start <= LONGEST_WORD
        && count.get() < MOST_WORDS
        && words.compareAndSet(slot, null, new Word(word, hash, ids))) {
      count.incrementAndGet();
    }
    return ids;
  }

  /** A list of ids that grows. */
  private static final class Ids {

    private int[] values;
    private int size;

    Ids(int capacity) {
      values = new int[capacity];
    }

    void add(int id) {
      grow(1);
      values[size++] = id;
    }

    void addAll(int[] ids) {
      grow(ids.length);
      System.arraycopy(ids, 0, values, size, ids.length);
      size += ids.length;
    }

    int[] toArray() {
      return Arrays.copyOf(values, size);
    }

    private void grow(int more) {
      if (size + more > values.length) {
        values = Arrays.copyOf(values, Math.max(size + more, 2 * values.length));
      }
    }
  }
}
