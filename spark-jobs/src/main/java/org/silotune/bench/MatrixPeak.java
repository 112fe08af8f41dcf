package org.silotune.bench;

import org.silotune.llm.model.ComputeType;
import org.silotune.llm.plan.MatrixSpeed;
import org.silotune.llm.script.TensorDevice;

/**
 * The fastest matrix products of a device, the median of 20 after 5. Of this machine's processor
 * {@code torch.mm} of two 2048 x 2048 matrices, as one call on all threads and as one single-thread
 * call a core at once, the higher of the two; of a GPU of two 8192 x 8192 ones.
 */
final class MatrixPeak {

  private final MatrixSpeed speed;
  private final int cores;

  MatrixPeak(TensorDevice device, ComputeType type, int cores) {
    this(
        new MatrixSpeed(
            device, type, device.isGpu() ? 8192 : 2048, /* warmUp= */ 5, /* repeats= */ 20),
        cores);
  }

  MatrixPeak(MatrixSpeed speed, int cores) {
    this.speed = speed;
    this.cores = cores;
  }

  /** Measures now; floating-point operations a second. */
  double measure() {
    return speed.device().isGpu()
        ? speed.measure(1, 1)
        : Math.max(speed.measure(cores, 1), speed.measure(1, cores));
  }
}
