package org.silotune.fed.client;

import java.util.OptionalDouble;
import org.silotune.llm.tensor.NamedTensors;

/**
 * Scales a delta down to an L2 norm of at most {@code C}, over all tensors together: {@code d *
 * min(1, C / ||d||)}. The norm is summed in double, in name order.
 */
public final class DeltaClip {

  private DeltaClip() {}

  /**
   * A delta after clipping.
   *
   * @param norm L2 norm before
   * @param clipped whether anything changed
   */
  public record Clipped(NamedTensors delta, double norm, boolean clipped) {}

  /**
   * Returns the delta with a norm of at most {@code clipNorm}, or unchanged where there is none. A
   * delta that is not finite passes through: the encoding refuses it with its reason.
   */
  public static Clipped clip(NamedTensors delta, OptionalDouble clipNorm) {
    double norm = norm(delta);
    if (clipNorm.isEmpty() || !(norm > clipNorm.getAsDouble()) || Double.isInfinite(norm)) {
      return new Clipped(delta, norm, false);
    }
    double factor = clipNorm.getAsDouble() / norm;
    NamedTensors scaled = scale(delta, factor);
    // Rounding to float32 may leave the norm a hair above the bound that others rely on.
    while (norm(scaled) > clipNorm.getAsDouble()) {
      factor *= 1 - 0x1p-24;
      scaled = scale(delta, factor);
    }
    return new Clipped(scaled, norm, true);
  }

  /** Returns the L2 norm over all tensors, NaN where a coordinate is. */
  public static double norm(NamedTensors tensors) {
    double sum = 0;
    for (String name : tensors.names()) {
      for (float v : tensors.values(name)) {
        sum += (double) v * v;
      }
    }
    return Math.sqrt(sum);
  }

  private static NamedTensors scale(NamedTensors tensors, double factor) {
    NamedTensors.Builder scaled = NamedTensors.builder();
    for (String name : tensors.names()) {
      float[] values = tensors.values(name).clone();
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (values[i] * factor);
      }
      scaled.put(name, tensors.shape(name), values);
    }
    return scaled.build();
  }
}
