package org.silotune.llm.generate;

/**
 * Uniform numbers as a function of (seed, stream, position), without state: prompts can be
 * generated in any grouping and order. Each word passes through the finaliser of SplitMix64
 * (Steele, Lea and Flood 2014, figure 17, with the constants of Stafford's variant 13).
 */
final class CounterRandom {

  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private CounterRandom() {}

  /** Returns a multiple of 2^-53 in [0, 1). */
  static double uniform(long seed, long stream, long position) {
    long word =
        mix(mix(mix(seed + GOLDEN_GAMMA) + stream + GOLDEN_GAMMA) + position + GOLDEN_GAMMA);
    return (word >>> 11) * 0x1.0p-53;
  }

  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
    return b ^ (b >>> 31);
  }
}
