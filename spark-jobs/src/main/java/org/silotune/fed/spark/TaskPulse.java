package org.silotune.fed.spark;

import java.io.Serializable;
import org.apache.spark.util.AccumulatorV2;
import org.jspecify.annotations.Nullable;
import org.silotune.fed.client.RowProgress;
import org.silotune.fed.client.StepProgress;

/**
 * How far a running task is. Executors report it with their heartbeats, in local mode too, so that
 * the driver hears of progress while a task runs.
 */
final class TaskPulse extends AccumulatorV2<TaskPulse.Beat, TaskPulse.Beat>
    implements TaskProgress {

  private static final long serialVersionUID = 1L;

  /** One reference, so that a heartbeat that serialises it meanwhile sees a whole beat. */
  private volatile Beat last = Beat.NONE;

  /**
   * A sign of life.
   *
   * @param count signs so far; a task that counts on goes on
   * @param step the step that was taken, if it was one
   * @param rows the rows that were answered, if it was that
   */
  record Beat(long count, @Nullable StepProgress step, @Nullable RowProgress rows)
      implements Serializable {
    private static final Beat NONE = new Beat(0, null, null);
  }

  @Override
  public void stepped(StepProgress step) {
    add(new Beat(last.count() + 1, step, null));
  }

  @Override
  public void answered(RowProgress rows) {
    add(new Beat(last.count() + 1, null, rows));
  }

  @Override
  public void advanced() {
    add(new Beat(last.count() + 1, null, last.rows()));
  }

  @Override
  public boolean isZero() {
    return last.count() == 0;
  }

  @Override
  public AccumulatorV2<Beat, Beat> copy() {
    TaskPulse copy = new TaskPulse();
    copy.last = last;
    return copy;
  }

  @Override
  public void reset() {
    last = Beat.NONE;
  }

  @Override
  public void add(Beat beat) {
    last = beat;
  }

  @Override
  public void merge(AccumulatorV2<Beat, Beat> other) {
    last = other.value();
  }

  @Override
  public Beat value() {
    return last;
  }
}
