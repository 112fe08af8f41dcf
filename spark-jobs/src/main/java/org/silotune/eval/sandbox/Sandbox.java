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
 * Runs programs that nobody has read: in user, pid, net, ipc and mount namespaces of their own,
 * without capabilities, on a read-only view of {@code /usr} and {@code /opt}, in a folder in memory
 * that is gone with them, under limits of time, memory, processes, files, output and system calls.
 * To the host they are this process' user, or nobody where that is root: what that user may read
 * below the two folders, they may.
 *
 * <p>It is built with {@code unshare}; see {@code sandbox.sh} for what is inside. Every run checks
 * that its namespaces are not this process' own. Thread-safe.
 */
public final class Sandbox {

  private static final int TOO_MANY = 64;

  private final SandboxHost host;

  private Sandbox(SandboxHost host) {
    this.host = host;
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
    CallFilter filter = CallFilter.of(System.getProperty("os.arch"));
    Sandbox sandbox =
        new Sandbox(new SandboxHost(tools, filter, ControlGroups.ofThisProcess(), script()));
    requireProcessLimit(sandbox.startTooMany("sh"));
    return sandbox;
  }

  /** Returns why programs of a language cannot be run here, if they cannot. */
  public Optional<String> missing(List<String> build, List<String> run) {
    return host.tools().missing(build, run);
  }

  /**
   * Runs a program to its end, or to that of what it may take.
   *
   * @throws EvaluationException if the sandbox itself could not be built
   */
  public SandboxResult run(Program program, SandboxLimits limits) {
    try (SandboxFolder folder = SandboxFolder.of(program)) {
      return new SandboxRun(host, folder, program, limits).run();
    } catch (IOException e) {
      throw new EvaluationException("Cannot run generated code: " + e.getMessage(), e);
    }
  }

  /**
   * Tries to start more processes than it may: a limit that the system accepts and does not keep,
   * as for root, is none. Each {@code timeout} starts the next one. A shell would not do: some try
   * again for longer than the others live.
   *
   * @param shell that begins
   */
  SandboxResult startTooMany(String shell) {
    String chain = "echo started; exec " + "timeout 9 ".repeat(TOO_MANY) + "echo unlimited";
    Program program =
        new Program(Language.PYTHON, new TreeMap<>(), List.of(), List.of(shell, "-c", chain));
    SandboxLimits few =
        new SandboxLimits(Duration.ofSeconds(10), Duration.ofSeconds(5), 16, 1024, 1, 64);
    return run(program, few);
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
