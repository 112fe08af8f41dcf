package org.silotune.llm.model;

/**
 * A rotary position embedding (RoFormer, arXiv 2104.09864, section 3.2.2) in the half-split form of
 * transformers: coordinates {@code i} and {@code i + headSize / 2} turn by {@code position * f(i)}
 * with {@code f(i) = base^(-2 i / headSize)}, scaled.
 *
 * <p>Frequencies are float32 quotients and angles float32 products, as in the reference: at
 * position 8,000 a frequency rounded otherwise would turn by another 1e-3. Their cosines and sines
 * are {@link StrictMath}'s, so every machine has the same bits.
 *
 * @param base the frequencies' base
 * @param headSize the width of a head, even
 * @param scaling what stretches the frequencies
 */
public record Rope(double base, int headSize, RopeScaling scaling) {

  public Rope {
    if (!(base > 0) || Double.isInfinite(base)) {
      throw new IllegalArgumentException("Invalid RoPE base %s: must be > 0".formatted(base));
    }
    if (headSize < 2 || headSize % 2 != 0) {
      throw new IllegalArgumentException(
          "Invalid head size %d: rotary positions need an even one".formatted(headSize));
    }
  }

  /** Returns the angles' cosines and sines for positions {@code 0 <= p < positions}. */
  RopeTable table(int positions) {
    int half = headSize / 2;
    float[] frequencies = new float[half];
    for (int i = 0; i < half; i++) {
      float inverse = (float) StrictMath.pow(base, 2.0 * i / headSize);
      frequencies[i] = (float) scaling.scale(1 / inverse);
    }
    float[] cosines = new float[positions * half];
    float[] sines = new float[positions * half];
    for (int p = 0, at = 0; p < positions; p++) {
      for (int i = 0; i < half; i++, at++) {
        float angle = p * frequencies[i];
        cosines[at] = (float) StrictMath.cos(angle);
        sines[at] = (float) StrictMath.sin(angle);
      }
    }
    return new RopeTable(positions, half, cosines, sines);
  }
}
