package org.silotune.eval.job;

import org.silotune.eval.EvaluationException;
import org.silotune.fed.FederationException;
import org.silotune.llm.LlmException;

/** Why a task could not be run, in one line for tables. */
final class TaskFailure {

  private TaskFailure() {}

  /** Returns what a user can act on, where Spark wraps it, else what lies deepest. */
  static String reason(Throwable failure) {
    Throwable deepest = failure;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof EvaluationException
          || cause instanceof LlmException
          || cause instanceof FederationException) {
        return String.valueOf(cause.getMessage());
      }
      deepest = cause;
    }
    return deepest.toString().lines().findFirst().orElse("");
  }
}
