package org.silotune.eval.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.eval.EvaluationException;

/** Without isolation nothing runs: these tests need none. */
final class SandboxRefusalTest {

  @TempDir private Path empty;

  @Test
  void withoutToolsToIsolateNothingRuns() {
    assertThatThrownBy(() -> Sandbox.open(new SandboxTools(List.of(empty))))
        .isInstanceOf(EvaluationException.class)
        .hasMessage(
            "Cannot run generated code: there is no sh in %s to isolate it with; install util-linux and coreutils, or leave tasks of code out"
                .formatted(empty));
  }

  @Test
  void anInsideThatDoesNotShowItsNamespacesIsNoSandbox() {
    assertThatThrownBy(
            () -> Isolation.require(List.of("unshare: unshare failed: Operation not permitted"), 1))
        .isInstanceOf(EvaluationException.class)
        .hasMessage(
            "Cannot run generated code: it could not be isolated: unshare: unshare failed: Operation not permitted; allow unprivileged user namespaces, or leave tasks of code out");
  }

  @Test
  void anInsideThatSharesANamespaceIsNoSandbox() {
    var own = Isolation.ofThisProcess();
    var shared = "silotune-sandbox user:[1] pid:[1] %s mnt:[1] 1000".formatted(own.get(2));
    assertThatThrownBy(() -> Isolation.require(List.of(shared), 0))
        .isInstanceOf(EvaluationException.class)
        .hasMessage(
            "Cannot run generated code: it would share the net namespace of this process; leave tasks of code out on this machine");
  }

  @Test
  void anInsideThatIsRootIsNoSandbox() {
    assertThatThrownBy(
            () ->
                Isolation.require(
                    List.of("silotune-sandbox user:[1] pid:[1] net:[1] mnt:[1] 0"), 0))
        .isInstanceOf(EvaluationException.class)
        .hasMessage(
            "Cannot run generated code: it would run as root; leave tasks of code out on this machine");
    Isolation.require(List.of("silotune-sandbox user:[1] pid:[1] net:[1] mnt:[1] 1000"), 0);
  }

  @Test
  void aLimitThatDoesNotHoldIsNone() {
    var unlimited =
        new SandboxResult(
            SandboxResult.Outcome.ENDED, 0, "started\nunlimited\n", "unlimited\n", 10);
    assertThatThrownBy(() -> Sandbox.requireProcessLimit(unlimited))
        .isInstanceOf(EvaluationException.class)
        .hasMessage(
            "Cannot run generated code: the system does not limit its processes: 64 were started where 16 may be; leave tasks of code out on this machine");
    Sandbox.requireProcessLimit(
        new SandboxResult(
            SandboxResult.Outcome.ENDED, 2, "started\nCannot fork\n", "Cannot fork\n", 12));
  }

  @Test
  void aMachineWhoseSystemCallsAreNotKnownRunsNothing() {
    assertThatThrownBy(() -> CallFilter.of("riscv64"))
        .isInstanceOf(EvaluationException.class)
        .hasMessage(
            "Cannot run generated code: system calls of riscv64 cannot be limited, known are amd64 and aarch64; leave tasks of code out on this machine");
  }

  @Test
  void aFilterHoldsForTheStartedProgramAlone() throws Exception {
    var filter = CallFilter.of(System.getProperty("os.arch"));
    var started = filter.start(new ProcessBuilder("cat", "/proc/self/status"));
    assertThat(modes(started)).containsExactly("NoNewPrivs:\t1", "Seccomp:\t2");
    assertThat(modes(new ProcessBuilder("cat", "/proc/self/status").start()))
        .isEqualTo(modes(Files.readAllLines(Path.of("/proc/self/status"))));
  }

  private static List<String> modes(Process process) throws IOException {
    return modes(process.inputReader().lines().toList());
  }

  private static List<String> modes(List<String> status) {
    return status.stream()
        .filter(line -> line.startsWith("NoNewPrivs:") || line.startsWith("Seccomp:"))
        .toList();
  }

  @Test
  void aSandboxThatDoesNotRunIsNone() {
    var broken = new SandboxResult(SandboxResult.Outcome.ENDED, 1, "no space\n", "no space\n", 9);
    assertThatThrownBy(() -> Sandbox.requireProcessLimit(broken))
        .isInstanceOf(EvaluationException.class)
        .hasMessage("Cannot run generated code: its sandbox does not run: status 1: no space");
  }

  @Test
  void aToolThatProgramsCannotSeeIsMissing() {
    var tools = new SandboxTools(List.of(empty));
    assertThat(tools.missing(List.of(), List.of("node", "main.js")))
        .contains("no node in " + empty);
    assertThat(tools.missing(List.of(), List.of("./main"))).isEmpty();
  }
}
