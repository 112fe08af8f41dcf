package org.silotune.prep.job;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.util.LongAccumulator;

/**
 * The rows that tasks have encoded so far, told to a listener whenever Spark's heartbeats have
 * brought a new number.
 */
final class RowCount implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(500);

  private final LongAccumulator rows;
  private final PreparationProgress progress;
  private final ScheduledExecutorService polling;
  private long told;

  private RowCount(LongAccumulator rows, PreparationProgress progress) {
    this.rows = rows;
    this.progress = progress;
    this.polling =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "progress of a preparation");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Starts telling what tasks add. */
  static RowCount of(LongAccumulator rows, PreparationProgress progress) {
    RowCount count = new RowCount(rows, progress);
    var unused =
        count.polling.scheduleWithFixedDelay(
            count::tell, POLL.toMillis(), POLL.toMillis(), TimeUnit.MILLISECONDS);
    return count;
  }

  private synchronized void tell() {
    long now = rows.value();
    if (now > told && !polling.isShutdown()) {
      told = now;
      progress.encoded(now);
    }
  }

  /** Ends the count: nothing is told after this. */
  @Override
  public synchronized void close() {
    polling.shutdownNow();
  }
}
