package org.silotune.fed.client;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import org.silotune.llm.plan.MemoryLimit;
import org.silotune.llm.tensor.NamedTensors;

/**
 * What one silo is asked to do in one round.
 *
 * @param round from 1
 * @param seed everything random in the local update derives from it and the step
 * @param initial the global adapter; not to be written to
 * @param carried what the silo's last counted update left behind, such as optimizer moments
 * @param carries whether the update returns what the silo's next one starts from
 * @param algorithm what the local objective adds to the loss
 * @param scheduledRounds how many rounds one learning-rate schedule spans; empty for a schedule of
 *     this local update's own
 * @param device what to compute on
 * @param memory what the task's process may take; no result depends on it
 * @param deadline the longest the local update may take; checked between steps
 */
public record LocalUpdateTask(
    int round,
    SiloDescriptor silo,
    long seed,
    NamedTensors initial,
    Optional<NamedTensors> carried,
    boolean carries,
    ClientAlgorithm algorithm,
    Optional<Integer> scheduledRounds,
    ComputeDevice device,
    MemoryLimit memory,
    Optional<Duration> deadline) {

  public LocalUpdateTask {
    requireNonNull(silo, "silo");
    requireNonNull(initial, "initial");
    requireNonNull(algorithm, "algorithm");
  }
}
