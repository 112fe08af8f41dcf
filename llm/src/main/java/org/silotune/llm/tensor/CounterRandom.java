package org.silotune.llm.tensor;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Random numbers as a pure function of a key and a counter: no state, so any order of drawing, any
 * split over tasks and any retry gives the same values.
 *
 * <p>Word {@code i} of a key is output {@code i} of SplitMix64 (Steele, Lea, Flood 2014, figure 17)
 * started at the key. Keys are derived from a seed by labels, such as round, silo, step and tensor
 * name. Everything is integer arithmetic, {@code + - * /}, square roots and {@link StrictMath}, so
 * every machine draws the same bits.
 */
public final class CounterRandom {

  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  private final long key;

  private CounterRandom(long key) {
    this.key = key;
  }

  /** Returns the generator of a seed. */
  public static CounterRandom ofSeed(long seed) {
    return new CounterRandom(mix(seed));
  }

  /** Returns the generator that {@code label} names below this one. */
  public CounterRandom at(long label) {
    return new CounterRandom(mix(mix(key + GAMMA) + label * GAMMA));
  }

  /** Returns the generator that {@code label} names below this one, by its FNV-1a hash. */
  public CounterRandom at(String label) {
    long hash = 0xCBF29CE484222325L;
    for (byte b : label.getBytes(UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * 0x100000001B3L;
    }
    return at(hash);
  }

  /** Returns the key, of which other code draws the same words. */
  public long key() {
    return key;
  }

  /** Returns 64 bits. */
  public long bits(long counter) {
    return mix(key + (counter + 1) * GAMMA);
  }

  /** Returns a number in [0, 1), a multiple of 2^-53. */
  public double uniform(long counter) {
    return (bits(counter) >>> 11) * 0x1.0p-53;
  }

  /** Returns a number of the standard normal distribution (Box and Muller, from two words). */
  public double gaussian(long counter) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform(2 * counter)));
    return radius * StrictMath.cos(2 * StrictMath.PI * uniform(2 * counter + 1));
  }

  /** Returns a number in [0, bound); its bias is below 2^-32 for any bound. */
  public int below(long counter, int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("Invalid bound %d: must be >= 1".formatted(bound));
    }
    return (int) Math.multiplyHigh(bits(counter) >>> 1, 2L * bound);
  }

  /** Returns a permutation of 0 to {@code count - 1} (Fisher and Yates). */
  public int[] permutation(int count) {
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int j = below(i, i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
    return b ^ (b >>> 31);
  }
}
