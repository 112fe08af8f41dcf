package org.silotune.llm.tokenizer;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The ids of words, remembered up to a number of words and never forgotten. Thread-safe.
 *
 * <p>A word is known by two numbers. Those of a short word of Latin-1 characters hold all of it, so
 * that finding it again looks at no string: its characters, eight bits each, and in the uppermost
 * byte of the second number how many there are. Those of another word are negative in the second
 * and only say where to look.
 */
final class WordMemory {

  private static final int LONGEST_WORD = 32;
  private static final int LONGEST_PACKED = 15;
  private static final int LENGTH_AT = 7 * Byte.SIZE;
  private static final int LATIN = 0xFF;

  /** The golden ratio of 2^64, odd: it spreads what it multiplies over the upper bits. */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  /** A word; one that its numbers hold has no text. */
  @SuppressWarnings("ArrayRecordComponent") // never compared, and never handed out
  private record Word(long head, long tail, String text, int[] ids) {

    boolean is(long otherHead, long otherTail, String inText, int start) {
      return head == otherHead
          && tail == otherTail
          && (tail >= 0 || inText.startsWith(text, start));
    }
  }

  private final int bits;
  private final AtomicReferenceArray<@Nullable Word> words;
  private final AtomicInteger count = new AtomicInteger();

  /**
   * An empty memory.
   *
   * @param bits twice as many places as words that are remembered, as a power of two
   */
  WordMemory(int bits) {
    this.bits = bits;
    this.words = new AtomicReferenceArray<>(1 << bits);
  }

  /**
   * Returns the ids of the word from {@code start} to {@code end} of a text; not to be changed.
   *
   * @param library asked for a word that is not remembered
   */
  int[] of(String text, int start, int end, Function<String, int[]> library) {
    int length = end - start;
    long head = 0;
    long tail = 0;
    int all = 0;
    if (length <= LONGEST_PACKED) {
      int middle = Math.min(end, start + Long.BYTES);
      for (int i = start; i < middle; i++) {
        char c = text.charAt(i);
        all |= c;
        head = (head << Byte.SIZE) | c;
      }
      for (int i = middle; i < end; i++) {
        char c = text.charAt(i);
        all |= c;
        tail = (tail << Byte.SIZE) | c;
      }
      tail |= (long) length << LENGTH_AT;
    }
    if (length > LONGEST_PACKED || all > LATIN) {
      head = 0;
      for (int i = start; i < end; i++) {
        head = 31 * head + text.charAt(i);
      }
      tail = Long.MIN_VALUE | length;
    }
    return of(head, tail, text, start, end, library);
  }

  private int[] of(
      long head, long tail, String text, int start, int end, Function<String, int[]> library) {
    long spread = (head ^ Long.rotateLeft(tail * SPREAD, 29)) * SPREAD;
    int slot = (int) (((spread ^ (spread >>> Integer.SIZE)) * SPREAD) >>> (Long.SIZE - bits));
    for (Word known = words.get(slot); known != null; known = words.get(slot)) {
      if (known.is(head, tail, text, start)) {
        return known.ids;
      }
      slot = (slot + 1) & ((1 << bits) - 1);
    }
    String word = text.substring(start, end);
    int[] ids = library.apply(word);
    if (end - start <= LONGEST_WORD && count.get() < 1 << (bits - 1)) {
      Word remembered = new Word(head, tail, tail < 0 ? word : "", ids);
      if (words.compareAndSet(slot, null, remembered)) {
        count.incrementAndGet();
      }
    }
    return ids;
  }
}
