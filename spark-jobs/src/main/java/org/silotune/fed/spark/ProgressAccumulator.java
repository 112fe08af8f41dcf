package org.silotune.fed.spark;

import org.apache.spark.util.AccumulatorV2;
import org.jspecify.annotations.Nullable;
import org.silotune.fed.client.StepProgress;

/**
 * The last step of a running task. Executors report it with their heartbeats, in local mode too, so
 * that the driver hears of progress while a task runs.
 */
final class ProgressAccumulator extends AccumulatorV2<StepProgress, StepProgress> {

  private static final long serialVersionUID = 1L;

  /** One reference, so that a heartbeat that serialises it meanwhile sees a whole step. */
  private volatile @Nullable StepProgress last;

  @Override
  public boolean isZero() {
    return last == null;
  }

  @Override
  public AccumulatorV2<StepProgress, StepProgress> copy() {
    ProgressAccumulator copy = new ProgressAccumulator();
    copy.last = last;
    return copy;
  }

  @Override
  public void reset() {
    last = null;
  }

  @Override
  public void add(StepProgress progress) {
    last = progress;
  }

  @Override
  public void merge(AccumulatorV2<StepProgress, StepProgress> other) {
    last = other.value();
  }

  @Override
  @SuppressWarnings("NullAway") // Spark's contract knows no Optional: null is "no step yet"
  public StepProgress value() {
    return last;
  }
}
