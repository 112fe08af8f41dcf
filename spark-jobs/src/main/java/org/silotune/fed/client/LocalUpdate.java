package org.silotune.fed.client;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.silotune.fed.metrics.SiloMetrics;
import org.silotune.llm.tensor.NamedTensors;

/**
 * What a silo's training returned, before clipping and encoding.
 *
 * @param delta trained minus initial, float32: the sign that moves the global adapter forward
 * @param carried what the silo's next local update starts from, where the configuration carries any
 * @param stoppedEarly whether the deadline fired before the last step
 */
public record LocalUpdate(
    NamedTensors delta, SiloMetrics metrics, Optional<NamedTensors> carried, boolean stoppedEarly) {

  public LocalUpdate {
    requireNonNull(delta, "delta");
    requireNonNull(metrics, "metrics");
  }
}
