package org.silotune.llm.checkpoint.quant;

import java.util.Arrays;

/** Ascending values that codes stand for, the nearest one to each value, the lower of two. */
public final class Codebook {

  /**
   * NormalFloat4: the quantiles of the normal distribution scaled to [-1, 1], with an exact zero
   * (QLoRA, arXiv 2305.14314, appendix E).
   */
  public static final Codebook NORMAL_FLOAT_4 =
      new Codebook(
          new float[] {
            -1.0f,
            -0.6961928f,
            -0.52507305f,
            -0.3949175f,
            -0.28444138f,
            -0.18477343f,
            -0.091050036f,
            0.0f,
            0.0795803f,
            0.1609302f,
            0.2461123f,
            0.33791524f,
            0.44070983f,
            0.562617f,
            0.72295684f,
            1.0f
          });

  /**
   * The 256 values of the signed dynamic 8-bit type, in which the scales of NormalFloat blocks are
   * held: of each sign, for i from 0 to 6, the middles of 2^i equal parts of {@code 10^(i - 6)}
   * times [0.1, 1]; zero and one (arXiv 1511.04561). bitsandbytes computes them in float32, so that
   * its own are up to 2e-7 off.
   */
  public static final Codebook DYNAMIC_8 = new Codebook(dynamic());

  private final float[] values;
  private final float[] bounds;

  private Codebook(float[] values) {
    this.values = values;
    this.bounds = new float[values.length - 1];
    for (int i = 0; i < bounds.length; i++) {
      bounds[i] = (values[i] + values[i + 1]) / 2;
    }
  }

  /** Returns the values in ascending order. */
  public float[] values() {
    return values.clone();
  }

  float value(int code) {
    return values[code];
  }

  /** Returns the code of the value nearest to {@code x}. */
  int nearest(float x) {
    int low = 0;
    int high = bounds.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (bounds[middle] < x) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static float[] dynamic() {
    float[] values = new float[256];
    int at = 0;
    for (int decade = 0; decade < 7; decade++) {
      int steps = 1 << decade;
      double unit = StrictMath.pow(10, decade - 6);
      for (int step = 0; step < steps; step++) {
        double middle = unit * (0.1 + 0.9 * (step + 0.5) / steps);
        values[at++] = (float) middle;
        values[at++] = (float) -middle;
      }
    }
    values[at++] = 0;
    values[at] = 1;
    Arrays.sort(values);
    return values;
  }
}
