package org.silotune.fed.client;

import java.time.Duration;
import org.silotune.llm.finetune.StepReport;

/** Turns the trainer's steps into a silo's progress. */
final class ProgressReport {

  private final LocalUpdateTask task;
  private final long beganNanos;
  private final StepListener listener;
  private long tokens;

  ProgressReport(LocalUpdateTask task, long beganNanos, StepListener listener) {
    this.task = task;
    this.beganNanos = beganNanos;
    this.listener = listener;
  }

  void stepped(StepReport report) {
    tokens += report.tokens();
    listener.stepped(
        new StepProgress(
            task.round(),
            task.silo().name(),
            Math.toIntExact(report.step()),
            Math.toIntExact(report.plannedSteps()),
            report.meanLoss(),
            tokens,
            Duration.ofNanos(System.nanoTime() - beganNanos)));
  }
}
