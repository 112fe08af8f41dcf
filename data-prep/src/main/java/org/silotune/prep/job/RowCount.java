package org.silotune.prep.job;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.spark.util.LongAccumulator;

/**
 * The rows that tasks have encoded so far, told to a listener whenever Spark's heartbeats have
 * brought a new number.
 */
final class RowCount {

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

  /**
   * Does something and tells meanwhile what its tasks have added; nothing is told after it.
   *
   * @param rows what tasks add to
   */
  static <T> T telling(LongAccumulator rows, PreparationProgress progress, Supplier<T> work) {
    RowCount count = new RowCount(rows, progress);
    var unused =
        count.polling.scheduleWithFixedDelay(
            count::tell, POLL.toMillis(), POLL.toMillis(), TimeUnit.MILLISECONDS);
    try {
      return work.get();
    } finally {
      count.end();
    }
  }

  private synchronized void tell() {
    long now = rows.value();
    if (now > told && !polling.isShutdown()) {
      told = now;
      progress.encoded(now);
    }
  }

  /** Waits for a number that is being told. */
  private synchronized void end() {
    polling.shutdownNow();
  }
}
