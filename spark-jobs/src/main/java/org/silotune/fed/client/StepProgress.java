package org.silotune.fed.client;

import java.io.Serializable;
import java.time.Duration;

/**
 * How far a silo's local update has come.
 *
 * @param step optimizer steps done, from 1
 * @param steps steps in all
 * @param loss mean loss of a trained token in the last step
 * @param tokens tokens seen so far
 * @param elapsed since the local update began
 */
public record StepProgress(
    int round, String silo, int step, int steps, double loss, long tokens, Duration elapsed)
    implements Serializable {

  /** Returns the tokens seen per second so far. */
  public double tokensPerSecond() {
    return tokens / Math.max(1e-9, elapsed.toNanos() * 1e-9);
  }

  /** Returns the time the remaining steps take at the pace so far. */
  public Duration timeLeft() {
    return elapsed.multipliedBy(steps - step).dividedBy(Math.max(1, step));
  }
}
