package org.silotune.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.silotune.cli.experiment.ConfigException;
import org.silotune.eval.EvaluationException;
import org.silotune.eval.InvalidTaskException;
import org.silotune.fed.FederationException;
import org.silotune.fed.InvalidExperimentException;
import org.silotune.fed.run.RunInUseException;
import org.silotune.fed.run.RunMismatchException;
import org.silotune.llm.InvalidChoiceException;
import org.silotune.llm.LlmException;
import org.silotune.llm.adapter.AdapterMismatchException;
import org.silotune.llm.hub.UnknownModelException;
import org.silotune.prep.PreparationException;
import org.silotune.prep.UnknownColumnException;
import org.silotune.prep.UnusableDataException;
import org.silotune.suite.InvalidSuiteException;
import org.silotune.suite.SuiteException;

/**
 * Says a failure: what the user can act on as its message alone, a bug with its kind and the advice
 * to look at the stack trace.
 */
final class FailureReport {

  private static final String INTERRUPTED =
      "Interrupted: committed rounds stay; the same command with the run's --run-id goes on";

  private static final String HEAP =
      "Out of memory: %s of %d MB; raise it with SILOTUNE_JAVA_OPTS=-Xmx8g, or --driver-memory 8g of spark-submit";

  private final Console console;
  private final boolean json;
  private final boolean debug;

  FailureReport(Console console, boolean json, boolean debug) {
    this.console = console;
    this.json = json;
    this.debug = debug;
  }

  /** Says the failure and returns the exit status it means. */
  int report(Throwable failure) {
    if (Ending.hasBegun()) {
      say(INTERRUPTED, failure);
      return ExitStatus.FAILED; // the process' own status says which signal
    }
    var told = unwrapped(failure);
    say(message(told), failure);
    return status(told);
  }

  /** Says a message, and the failure's stack trace where that was asked for. */
  void say(String message, Throwable failure) {
    console.err("silotune: " + message);
    if (debug) {
      var trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace));
      console.err(trace.toString());
    }
    if (json) {
      try {
        console.out(Subcommand.JSON.writeValueAsString(Map.of("error", message)));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("Cannot write JSON", e);
      }
    }
  }

  private String message(Throwable failure) {
    if (isHeap(failure)) {
      return HEAP.formatted(failure.getMessage(), Runtime.getRuntime().maxMemory() >> 20);
    }
    if (isForUsers(failure)) {
      return String.valueOf(failure.getMessage());
    }
    var hint = debug ? "" : "; --debug shows where";
    var firstLine = failure.toString().lines().findFirst().orElse("");
    return "Internal error: %s%s".formatted(firstLine, hint);
  }

  /**
   * The failure that a user can act on, where Spark wraps it: a task's failure reaches the driver
   * as the cause of Spark's own.
   */
  private static Throwable unwrapped(Throwable failure) {
    for (var cause = failure; cause != null; cause = cause.getCause()) {
      if (isForUsers(cause) || isHeap(cause)) {
        return cause;
      }
    }
    return failure;
  }

  /** Other memory of the JVM runs out too: of threads, classes and buffers, which is no advice. */
  private static boolean isHeap(Throwable failure) {
    var message = String.valueOf(failure.getMessage());
    return failure instanceof OutOfMemoryError
        && (message.contains("Java heap space") || message.contains("GC overhead"));
  }

  private static boolean isForUsers(Throwable failure) {
    return failure instanceof ConfigException
        || failure instanceof LlmException
        || failure instanceof PreparationException
        || failure instanceof EvaluationException
        || failure instanceof SuiteException
        || failure instanceof FederationException;
  }

  private static int status(Throwable failure) {
    if (failure instanceof RunInUseException) {
      return ExitStatus.HELD;
    }
    boolean usage =
        failure instanceof ConfigException
            || failure instanceof UnknownModelException
            || failure instanceof InvalidChoiceException
            || failure instanceof AdapterMismatchException
            || failure instanceof InvalidExperimentException
            || failure instanceof RunMismatchException
            || failure instanceof UnknownColumnException
            || failure instanceof InvalidTaskException
            || failure instanceof InvalidSuiteException
            || failure instanceof UnusableDataException;
    return usage ? ExitStatus.USAGE : ExitStatus.FAILED;
  }
}
