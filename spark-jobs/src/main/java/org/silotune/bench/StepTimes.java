package org.silotune.bench;

import java.util.ArrayList;
import java.util.List;
import org.silotune.llm.finetune.StepListener;
import org.silotune.llm.finetune.StepReport;

/** One task's measured steps. */
final class StepTimes implements StepListener {

  private final int warmUp;
  private final List<Double> seconds = new ArrayList<>();
  private long last = System.nanoTime();
  private double examples;
  private double tokens;
  private double trainedTokens;

  /** Leaves the first {@code warmUp} steps out. */
  StepTimes(int warmUp) {
    this.warmUp = warmUp;
  }

  @Override
  public void onStep(StepReport report) {
    long now = System.nanoTime();
    if (report.step() > warmUp) {
      seconds.add((now - last) * 1e-9);
      examples += report.examples();
      tokens += report.tokens();
      trainedTokens += report.trainedTokens();
    }
    last = now;
  }

  List<Double> seconds() {
    return seconds;
  }

  double examplesPerSecond() {
    return examples / total();
  }

  double tokensPerSecond() {
    return tokens / total();
  }

  double trainedTokensPerSecond() {
    return trainedTokens / total();
  }

  private double total() {
    return seconds.stream().mapToDouble(Double::doubleValue).sum();
  }
}
