package org.silotune.udf.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Hashes of every run of n words of a text: what near-duplicate search and contamination checks
 * compare.
 *
 * <p>A word is a run of letters, digits and combining marks, in form NFC and lower case (root
 * locale); where a script writes no spaces (Han, Kana, Thai, Lao, Khmer, Myanmar) every letter is a
 * word. The hash is XXH64 with seed 42 of the words in UTF-8, one space between them: Spark's
 * {@code xxhash64('a b c')}.
 *
 * @param size words in a run, at least 1
 */
public record WordNgrams(int size) {

  private static final Set<UnicodeScript> WITHOUT_SPACES =
      EnumSet.of(
          UnicodeScript.HAN,
          UnicodeScript.HIRAGANA,
          UnicodeScript.KATAKANA,
          UnicodeScript.THAI,
          UnicodeScript.LAO,
          UnicodeScript.KHMER,
          UnicodeScript.MYANMAR);

  public WordNgrams {
    if (size < 1) {
      throw new IllegalArgumentException(
          "Invalid n-gram size %d: must be at least 1 word".formatted(size));
    }
  }

  /** Returns the distinct hashes in ascending order; none where the text has fewer words. */
  public long[] hashes(String text) {
    return of(Words.in(text), size, 0);
  }

  /**
   * Returns the same without the runs in which no word has a letter: numbers in their order stand
   * in many texts that have nothing else in common.
   */
  public long[] hashesWithLetters(String text) {
    return of(Words.in(text), size, 1);
  }

  /** Returns the same, but of all words together where the text has fewer, if it has any. */
  long[] hashesOfAny(String text) {
    Words words = Words.in(text);
    return words.count == 0 ? new long[0] : of(words, Math.min(size, words.count), 0);
  }

  private static long[] of(Words words, int size, int leastLettered) {
    return IntStream.rangeClosed(0, words.count - size)
        .filter(first -> words.lettered[first + size] - words.lettered[first] >= leastLettered)
        .mapToLong(
            first -> XxHash64.of(words.bytes, words.starts[first], words.starts[first + size] - 1))
        .sorted()
        .distinct()
        .toArray();
  }

  /** Words in a row, one byte of space after each. */
  private static final class Words {

    private byte[] bytes = new byte[0];
    private int[] starts = new int[16];

    /** How many of the words before each have a letter. */
    private int[] lettered = new int[16];

    private int count;

    static Words in(String text) {
      String folded = Normalizer.normalize(text, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
      Words words = new Words();
      ByteArrayOutputStream out = new ByteArrayOutputStream(folded.length() + 16);
      int start = -1;
      int at = 0;
      while (at < folded.length()) {
        int codePoint = folded.codePointAt(at);
        int next = at + Character.charCount(codePoint);
        boolean alone = WITHOUT_SPACES.contains(UnicodeScript.of(codePoint));
        boolean inside = isInWord(codePoint) && !alone;
        if (!inside && start >= 0) {
          words.add(out, folded.substring(start, at));
          start = -1;
        }
        if (inside && start < 0) {
          start = at;
        }
        if (alone && isInWord(codePoint)) {
          words.add(out, folded.substring(at, next));
        }
        at = next;
      }
      if (start >= 0) {
        words.add(out, folded.substring(start));
      }
      words.bytes = out.toByteArray();
      return words;
    }

    private void add(ByteArrayOutputStream out, String word) {
      out.writeBytes(word.getBytes(UTF_8));
      out.write(' ');
      count++;
      if (count == starts.length) {
        starts = Arrays.copyOf(starts, 2 * count);
        lettered = Arrays.copyOf(lettered, 2 * count);
      }
      lettered[count] =
          lettered[count - 1] + (word.codePoints().anyMatch(Character::isLetter) ? 1 : 0);
      starts[count] = out.size();
    }

    private static boolean isInWord(int codePoint) {
      int type = Character.getType(codePoint);
      return Character.isLetterOrDigit(codePoint)
          || type == Character.NON_SPACING_MARK
          || type == Character.COMBINING_SPACING_MARK;
    }
  }
}
