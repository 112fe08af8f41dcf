package org.silotune.llm.finetune;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.silotune.llm.plan.MemoryLimit;

/**
 * What one fine-tune is given beside its settings.
 *
 * @param seed of the order of examples and of dropout; derive it from run, round and silo
 * @param optimizerState to go on from; empty for a fresh optimizer
 * @param scheduleSpan where the learning-rate schedule stands; empty for a schedule over exactly
 *     this fine-tune
 * @param gradientTerm added to every gradient
 * @param listener of steps
 * @param stop asked before every step; true ends the fine-tune with what it has
 * @param workers how many threads compute a step's batches; no result depends on it
 * @param memory what the process may take, which decides whether layers are kept or recomputed; no
 *     result depends on it
 */
public record LocalRun(
    long seed,
    Optional<OptimizerState> optimizerState,
    Optional<ScheduleSpan> scheduleSpan,
    GradientTerm gradientTerm,
    StepListener listener,
    BooleanSupplier stop,
    int workers,
    MemoryLimit memory) {

  /**
   * A fine-tune's place in a longer training, such as a round's in a run.
   *
   * @param stepsBefore steps made before this fine-tune
   * @param totalSteps steps of the whole training
   */
  public record ScheduleSpan(long stepsBefore, long totalSteps) {

    public ScheduleSpan {
      if (stepsBefore < 0 || totalSteps < 1) {
        throw new IllegalArgumentException(
            "Invalid schedule span: %d steps before, %d in all".formatted(stepsBefore, totalSteps));
      }
    }
  }

  public LocalRun {
    requireNonNull(optimizerState, "optimizerState");
    requireNonNull(scheduleSpan, "scheduleSpan");
    requireNonNull(gradientTerm, "gradientTerm");
    requireNonNull(listener, "listener");
    requireNonNull(stop, "stop");
    requireNonNull(memory, "memory");
    if (workers < 1) {
      throw new IllegalArgumentException("Invalid workers: %d, must be >= 1".formatted(workers));
    }
  }

  /** Returns a run of {@code seed} with nothing else, alone in this process. */
  public static LocalRun ofSeed(long seed) {
    return new LocalRun(
        seed,
        Optional.empty(),
        Optional.empty(),
        GradientTerm.none(),
        StepListener.none(),
        () -> false,
        1,
        MemoryLimit.ofThisProcess(1));
  }

  public LocalRun withOptimizerState(OptimizerState v) {
    return new LocalRun(
        seed, Optional.of(v), scheduleSpan, gradientTerm, listener, stop, workers, memory);
  }

  public LocalRun withScheduleSpan(ScheduleSpan v) {
    return new LocalRun(
        seed, optimizerState, Optional.of(v), gradientTerm, listener, stop, workers, memory);
  }

  public LocalRun withGradientTerm(GradientTerm v) {
    return new LocalRun(seed, optimizerState, scheduleSpan, v, listener, stop, workers, memory);
  }

  public LocalRun withListener(StepListener v) {
    return new LocalRun(seed, optimizerState, scheduleSpan, gradientTerm, v, stop, workers, memory);
  }

  public LocalRun withStop(BooleanSupplier v) {
    return new LocalRun(
        seed, optimizerState, scheduleSpan, gradientTerm, listener, v, workers, memory);
  }

  public LocalRun withWorkers(int v) {
    return new LocalRun(
        seed, optimizerState, scheduleSpan, gradientTerm, listener, stop, v, memory);
  }

  public LocalRun withMemory(MemoryLimit v) {
    return new LocalRun(
        seed, optimizerState, scheduleSpan, gradientTerm, listener, stop, workers, v);
  }
}
