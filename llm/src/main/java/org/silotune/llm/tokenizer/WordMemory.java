package org.silotune.llm.tokenizer;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Function;

/**
 * The ids of words, remembered up to a number of words and never forgotten. Thread-safe.
 *
 * <p>Most words are short, of Latin-1 characters, and one to three ids long. Such a word and its
 * ids are three numbers side by side in one table: finding it again looks at one place of memory,
 * and at no string. The others are looked up by their text.
 */
final class WordMemory {

  private static final int LONGEST_WORD = 32;

  /**
   * Characters of a word in the table: eight bits each in two numbers, and a byte for the count.
   */
  private static final int LONGEST_PACKED = 15;

  private static final int LENGTH_AT = 7 * Byte.SIZE;
  private static final int LATIN = 0xFF;
  private static final long UNPACKED = 0;

  /** Ids of a word in the table: twenty bits each in one number, and above them the count. */
  private static final int MOST_IDS = 3;

  private static final int ID_BITS = 20;
  private static final long ID = (1L << ID_BITS) - 1;
  private static final int COUNT_AT = MOST_IDS * ID_BITS;

  /** What a place of the table holds: first the ids, which are written last. */
  private static final int HEAD = 1;

  private static final int TAIL = 2;
  private static final int PLACE = 3;
  private static final long EMPTY = 0;
  private static final long BEING_WRITTEN = -1;

  /** The golden ratio of 2^64, odd: it spreads what it multiplies over the upper bits. */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private final int bits;
  private final AtomicLongArray table;
  private final Map<String, int[]> others = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();

  /**
   * An empty memory.
   *
   * @param bits twice as many places as words that are remembered, as a power of two
   */
  WordMemory(int bits) {
    this.bits = bits;
    this.table = new AtomicLongArray(PLACE << bits);
  }

  /**
   * Adds the ids of the word from {@code start} to {@code end} of a text to a list.
   *
   * @param library asked for a word that is not remembered
   */
  void addTo(IdList list, String text, int start, int end, Function<String, int[]> library) {
    long head = 0;
    long tail = UNPACKED;
    if (end - start <= LONGEST_PACKED) {
      int all = 0;
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
      tail = all <= LATIN ? tail | ((long) (end - start) << LENGTH_AT) : UNPACKED;
    }
    long packed = tail == UNPACKED ? EMPTY : find(head, tail);
    if (packed == EMPTY) {
      list.addAll(ids(head, tail, text.substring(start, end), library));
      return;
    }
    for (long rest = packed, left = packed >>> COUNT_AT; left > 0; left--, rest >>>= ID_BITS) {
      list.add((int) (rest & ID));
    }
  }

  /** Returns the ids of a word in the table; {@link #EMPTY} if it is not there. */
  private long find(long head, long tail) {
    int at = place(head, tail);
    for (long ids = table.getAcquire(at); ids != EMPTY; ids = table.getAcquire(at)) {
      if (table.getPlain(at + HEAD) == head
          && table.getPlain(at + TAIL) == tail
          && ids != BEING_WRITTEN) {
        return ids;
      }
      at = after(at);
    }
    return EMPTY;
  }

  private int[] ids(long head, long tail, String word, Function<String, int[]> library) {
    int[] known = others.get(word);
    if (known != null) {
      return known;
    }
    int[] ids = library.apply(word);
    if (word.length() <= LONGEST_WORD && count.get() < 1 << (bits - 1)) {
      count.incrementAndGet();
      long packed = tail == UNPACKED ? EMPTY : packed(ids);
      if (packed == EMPTY) {
        others.put(word, ids);
      } else {
        write(head, tail, packed);
      }
    }
    return ids;
  }

  /** Takes the first free place; a word that two threads write at once is there twice. */
  private void write(long head, long tail, long ids) {
    int at = place(head, tail);
    while (!table.compareAndSet(at, EMPTY, BEING_WRITTEN)) {
      at = after(at);
    }
    table.setPlain(at + HEAD, head);
    table.setPlain(at + TAIL, tail);
    table.setRelease(at, ids);
  }

  private static long packed(int[] ids) {
    if (ids.length == 0 || ids.length > MOST_IDS) {
      return EMPTY;
    }
    long packed = ids.length;
    for (int i = ids.length; i < MOST_IDS; i++) {
      packed <<= ID_BITS;
    }
    for (int i = ids.length - 1; i >= 0; i--) {
      if (ids[i] > ID) {
        return EMPTY;
      }
      packed = (packed << ID_BITS) | ids[i];
    }
    return packed;
  }

  private int place(long head, long tail) {
    long spread = (head ^ Long.rotateLeft(tail * SPREAD, 29)) * SPREAD;
    return PLACE * (int) (((spread ^ (spread >>> Integer.SIZE)) * SPREAD) >>> (Long.SIZE - bits));
  }

  private int after(int place) {
    int next = place + PLACE;
    return next < table.length() ? next : 0;
  }
}
