package org.silotune.udf.text;

import java.util.Arrays;
import java.util.Optional;

/**
 * Signatures whose agreement estimates how alike two texts are: the share of equal places in two
 * signatures has the Jaccard similarity J of the texts' sets of word runs as its mean, and {@code
 * sqrt(J (1 - J) / size)} as its standard deviation.
 *
 * <p>Place i holds the least {@code (a_i h + b_i) mod p} over the {@link WordNgrams} hashes h of
 * the text, with the Mersenne prime {@code p = 2^61 - 1}. The coefficients are the outputs of
 * SplitMix64 from state 0, two a place: a is {@code 1 + x mod (p - 1)}, b is {@code x mod p}. A
 * text of fewer words than a run counts as one run.
 *
 * <p>Source: Broder, "On the resemblance and containment of documents", 1997; Carter and Wegman,
 * "Universal classes of hash functions", 1979.
 */
public final class MinHash {

  /** How many places a signature has unless asked otherwise. */
  public static final int DEFAULT_SIZE = 128;

  /** How many words a run has unless asked otherwise. */
  public static final int DEFAULT_WORDS = 5;

  /** The longest signature. */
  public static final int MAX_SIZE = 4096;

  private static final long PRIME = (1L << 61) - 1;

  private final WordNgrams ngrams;
  private final long[] factors;
  private final long[] offsets;

  /**
   * @param size places of a signature, 1 to {@value #MAX_SIZE}
   * @param words words of a run, at least 1
   */
  public MinHash(int size, int words) {
    if (size < 1 || size > MAX_SIZE) {
      throw new IllegalArgumentException(
          "Invalid signature size %d: must be 1 to %d".formatted(size, MAX_SIZE));
    }
    ngrams = new WordNgrams(words);
    factors = new long[size];
    offsets = new long[size];
    for (int i = 0; i < size; i++) {
      factors[i] = 1 + Long.remainderUnsigned(splitMix(2L * i), PRIME - 1);
      offsets[i] = Long.remainderUnsigned(splitMix(2L * i + 1), PRIME);
    }
  }

  /** Returns the signature, none of a text without a word: it resembles nothing. */
  public Optional<long[]> signature(String text) {
    long[] hashes = ngrams.hashesOfAny(text);
    if (hashes.length == 0) {
      return Optional.empty();
    }
    long[] least = new long[factors.length];
    Arrays.fill(least, Long.MAX_VALUE);
    for (long hash : hashes) {
      long h = Long.remainderUnsigned(hash, PRIME);
      for (int i = 0; i < least.length; i++) {
        least[i] = Math.min(least[i], permute(factors[i], h, offsets[i]));
      }
    }
    return Optional.of(least);
  }

  /**
   * Returns the share of equal places.
   *
   * @throws IllegalArgumentException if the signatures are of different sizes
   */
  public static double similarity(long[] a, long[] b) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(
          "Cannot compare signatures of %d and %d places: make both with one size"
              .formatted(a.length, b.length));
    }
    int equal = 0;
    for (int i = 0; i < a.length; i++) {
      equal += a[i] == b[i] ? 1 : 0;
    }
    return (double) equal / a.length;
  }

  private static long permute(long factor, long h, long offset) {
    long high = Math.multiplyHigh(factor, h);
    long low = factor * h;
    // 2^61 is 1 modulo the prime: what stands above bit 61 is added below it.
    long sum = reduce((low & PRIME) + ((low >>> 61) | (high << 3)));
    return reduce(sum + offset);
  }

  private static long reduce(long value) {
    return value >= PRIME ? value - PRIME : value;
  }

  private static long splitMix(long index) {
    long z = (index + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
