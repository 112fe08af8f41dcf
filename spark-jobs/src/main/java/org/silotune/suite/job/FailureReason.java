package org.silotune.suite.job;

import org.silotune.eval.EvaluationException;
import org.silotune.fed.FederationException;
import org.silotune.llm.LlmException;
import org.silotune.prep.PreparationException;
import org.silotune.suite.SuiteException;

/** Why a cell failed, in a line. */
final class FailureReason {

  private FailureReason() {}

  /** Returns the message that is for users, where there is one among the causes. */
  static String of(Throwable failure) {
    for (var cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof FederationException
          || cause instanceof PreparationException
          || cause instanceof EvaluationException
          || cause instanceof SuiteException
          || cause instanceof LlmException) {
        return firstLine(String.valueOf(cause.getMessage()));
      }
    }
    return firstLine(failure.toString());
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }
}
