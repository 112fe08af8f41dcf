package org.silotune.fed.job;

import static java.util.Objects.requireNonNull;

import org.silotune.fed.FederationException;

/**
 * What is compared before and after a run, beside the held-out loss.
 *
 * @param samples test rows whose answers are shown side by side, one silo after the other; at least
 *     0
 * @param exactMatch how answers are checked
 * @param checkedRows the most rows a silo that are checked, at least 1: each costs a generation
 * @param maxNewTokens the longest answer, in tokens; at least 1
 */
public record ReportConfig(int samples, AnswerCheck exactMatch, int checkedRows, int maxNewTokens) {

  public ReportConfig {
    requireNonNull(exactMatch, "exactMatch");
    if (samples < 0) {
      throw new FederationException("Invalid samples %d: must be at least 0".formatted(samples));
    }
    if (checkedRows < 1) {
      throw new FederationException(
          "Invalid checked-rows %d: must be at least 1".formatted(checkedRows));
    }
    if (maxNewTokens < 1) {
      throw new FederationException(
          "Invalid max-new-tokens %d: must be at least 1".formatted(maxNewTokens));
    }
  }

  /** Returns whether test prompts are answered at all. */
  boolean asks() {
    return samples > 0 || exactMatch != AnswerCheck.NONE;
  }

  /** Returns three samples, no exact match. */
  public static ReportConfig defaults() {
    return new ReportConfig(3, AnswerCheck.NONE, 50, 96);
  }
}
