package org.silotune.eval.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.silotune.eval.EvaluationException;
import org.silotune.eval.sandbox.SandboxResult.Outcome;

/** One run of one program. */
final class SandboxRun {

  private static final String BUILT = "silotune-built";
  private static final int POLL_MILLIS = 50;
  private static final long MIB = 1L << 20;

  /** What Go's runtime may hold of the memory; its limit leaves out the program itself. */
  private static final int GO_MEMORY_EIGHTHS = 7;

  /** How much longer the sandbox's own clock runs, which ends programs whose watcher is gone. */
  private static final int GRACE_SECONDS = 5;

  /** Nobody's user: the limits of root are none. */
  private static final String UNPRIVILEGED = "65534";

  private final SandboxHost host;
  private final SandboxFolder folder;
  private final Program program;
  private final SandboxLimits limits;

  SandboxRun(SandboxHost host, SandboxFolder folder, Program program, SandboxLimits limits) {
    this.host = host;
    this.folder = folder;
    this.program = program;
    this.limits = limits;
  }

  SandboxResult run() throws IOException {
    if (host.groups().isEmpty()) {
      return run(command());
    }
    try (ControlGroup group = host.groups().get().open(limits)) {
      SandboxResult result = run(group.joined(command()));
      return group.ranOutOfMemory() ? result.outOfMemory() : result;
    }
  }

  private SandboxResult run(List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().put("PATH", host.tools().path());
    builder.environment().put("HOME", "/box");
    builder.environment().put("LANG", "C.UTF-8");
    builder.environment().put("GOCACHE", "/box/.cache");
    builder.environment().put("GOPROXY", "off");
    builder.environment().put("GOFLAGS", "-mod=mod");
    if (program.language() == Language.GO) {
      // From here on Go collects often, rather than let garbage reach the limit.
      long mib = (long) limits.memoryMib() * GO_MEMORY_EIGHTHS / 8;
      builder.environment().put("GOMEMLIMIT", Math.max(mib, 1) + "MiB");
    }
    Process process = started(builder);
    process.getOutputStream().close();
    CappedOutput output = new CappedOutput(process.getInputStream(), limits.outputKib() * 1024);
    Thread reader = new Thread(output, "sandbox-output");
    reader.setDaemon(true);
    reader.start();
    Outcome outcome = Outcome.ENDED;
    try {
      outcome = watch(process);
      reader.join();
    } catch (InterruptedException e) {
      throw interrupted(e);
    } finally {
      process.destroyForcibly();
    }
    return result(outcome, process.exitValue(), output);
  }

  private Process started(ProcessBuilder builder) throws IOException {
    try {
      return host.filter().start(builder);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static EvaluationException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new EvaluationException("Cannot run generated code: the run was interrupted", cause);
  }

  private Outcome watch(Process process) throws InterruptedException {
    long end = System.nanoTime() + limits.wall().toNanos();
    Outcome outcome = Outcome.ENDED;
    while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
      if (System.nanoTime() > end) {
        outcome = Outcome.TIMED_OUT;
      } else if (ResidentMemory.of(process.toHandle()) > limits.memoryMib() * MIB) {
        outcome = Outcome.OUT_OF_MEMORY;
      }
      if (outcome != Outcome.ENDED) {
        process.destroyForcibly(); // and with it the namespace and all that is in it
        process.waitFor();
        return outcome;
      }
    }
    return outcome;
  }

  private SandboxResult result(Outcome outcome, int status, CappedOutput output)
      throws IOException {
    String head = output.head();
    int lineEnd = head.indexOf('\n');
    if (outcome != Outcome.ENDED && (lineEnd < 0 || !Isolation.isSaid(head))) {
      return new SandboxResult(outcome, status, "", "", output.length());
    }
    Isolation.require(head.lines().toList(), status);
    String written = head.substring(lineEnd + 1);
    int built = written.indexOf(BUILT + "\n");
    if (built < 0) {
      Outcome unbuilt = outcome == Outcome.ENDED ? Outcome.NOT_BUILT : outcome;
      return new SandboxResult(unbuilt, status, written, output.tail(), output.length());
    }
    String own = written.substring(built + BUILT.length() + 1);
    String tail = output.tail();
    int before = tail.indexOf(BUILT + "\n");
    return new SandboxResult(
        outcome,
        status,
        own,
        before < 0 ? tail : tail.substring(before + BUILT.length() + 1),
        output.length());
  }

  private List<String> command() throws IOException {
    List<String> command = new ArrayList<>();
    if (Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
      command.addAll(
          List.of("setpriv", "--reuid", UNPRIVILEGED, "--regid", UNPRIVILEGED, "--clear-groups"));
    }
    command.addAll(
        List.of(
            "unshare",
            "--user",
            "--map-root-user",
            "--pid",
            "--net",
            "--mount",
            "--ipc",
            "--uts",
            "--fork",
            "--kill-child",
            "sh",
            "-c",
            host.script(),
            "sandbox"));
    command.addAll(
        List.of(
            folder.mountPoint().toString(),
            folder.files().toString(),
            Integer.toString(limits.folderMib()),
            String.join(" ", SandboxTools.BOUND),
            limitWords(),
            Long.toString(limits.wall().toSeconds() + GRACE_SECONDS),
            Program.line(program.build()),
            Program.line(program.run())));
    command.set(0, host.tools().find(command.get(0)).orElseThrow().toString());
    return command;
  }

  private String limitWords() {
    String words =
        "--core=0 --nofile=256 --nproc=%d --cpu=%d --fsize=%d"
            .formatted(limits.processes(), limits.cpu().toSeconds(), limits.folderMib() * MIB);
    return program.language().takesAddressLimit()
        ? words + " --as=%d".formatted(limits.memoryMib() * MIB)
        : words;
  }
}
