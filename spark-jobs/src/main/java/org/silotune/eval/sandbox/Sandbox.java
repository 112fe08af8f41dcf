package org.silotune.eval.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.silotune.eval.EvaluationException;

/**
 * Runs programs that nobody has read: in user, pid, net, ipc and mount namespaces of their own, as
 * a user without rights, on a read-only view of {@code /usr} and {@code /opt}, in a folder in
 * memory that is gone with them, under limits of time, memory, processes, files and output.
 *
 * <p>It is built with {@code unshare}; see {@code sandbox.sh} for what is inside. Every run checks
 * that its namespaces are not this process' own. Thread-safe.
 */
public final class Sandbox {

  private static final int TOO_MANY = 64;

  private final SandboxTools tools;
  private final String script;

  private Sandbox(SandboxTools tools, String script) {
    this.tools = tools;
    this.script = script;
  }

  /**
   * Returns the sandbox of this machine.
   *
   * @throws EvaluationException if programs could not be isolated, or their number not limited
   */
  public static Sandbox open() {
    return open(SandboxTools.ofThisMachine());
  }

  static Sandbox open(SandboxTools tools) {
    tools.requireOwn();
    Sandbox sandbox = new Sandbox(tools, script());
    sandbox.requireProcessLimit();
    return sandbox;
  }

  /** Returns why programs of a language cannot be run here, if they cannot. */
  public Optional<String> missing(List<String> build, List<String> run) {
    return tools.missing(build, run);
  }

  /**
   * Runs a program to its end, or to that of what it may take.
   *
   * @throws EvaluationException if the sandbox itself could not be built
   */
  public SandboxResult run(Program program, SandboxLimits limits) {
    try (SandboxFolder folder = SandboxFolder.of(program)) {
      return new SandboxRun(tools, script, folder, program, limits).run();
    } catch (IOException e) {
      throw new EvaluationException("Cannot run generated code: " + e.getMessage(), e);
    }
  }

  /** A limit that the system accepts and does not keep, as for root, is none. */
  private void requireProcessLimit() {
    String forks =
        "echo started; i=0; while [ $i -lt %d ]; do sleep 3 & i=$((i+1)); done; echo unlimited"
            .formatted(TOO_MANY);
    Program program =
        new Program(Language.PYTHON, new TreeMap<>(), List.of(), List.of("sh", "-c", forks));
    SandboxLimits few =
        new SandboxLimits(Duration.ofSeconds(10), Duration.ofSeconds(5), 16, 1024, 1, 64);
    requireProcessLimit(run(program, few));
  }

  /** Checks what a program says that starts more processes than it may. */
  static void requireProcessLimit(SandboxResult result) {
    if (!result.output().startsWith("started")) {
      throw new EvaluationException(
          "Cannot run generated code: its sandbox does not run: " + result.reason());
    }
    if (result.outcome() != SandboxResult.Outcome.ENDED
        || result.status() == 0
        || result.tail().contains("unlimited")) {
      throw new EvaluationException(
          "Cannot run generated code: the system does not limit its processes: %d were started where 16 may be; leave tasks of code out on this machine"
              .formatted(TOO_MANY));
    }
  }

  private static String script() {
    try (InputStream in = Sandbox.class.getResourceAsStream("sandbox.sh")) {
      if (in == null) {
        throw new IllegalStateException("sandbox.sh is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("Cannot read sandbox.sh", e);
    }
  }
}
