package org.silotune.bench;

import org.silotune.llm.model.ComputeType;
import org.silotune.llm.plan.MatrixSpeed;

/**
 * The fastest matrix products of this machine: {@code torch.mm} of two 2048 x 2048 matrices, the
 * median of 20 after 5, as one call on all threads and as one single-thread call a core at once;
 * the higher of the two.
 */
final class MatrixPeak {

  private final MatrixSpeed speed;
  private final int cores;

  MatrixPeak(ComputeType type, int cores) {
    this.speed = new MatrixSpeed(type, /* size= */ 2048, /* warmUp= */ 5, /* repeats= */ 20);
    this.cores = cores;
  }

  /** Measures now; floating-point operations a second. */
  double measure() {
    return Math.max(speed.measure(cores, 1), speed.measure(1, cores));
  }
}
