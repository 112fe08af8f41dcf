package org.silotune.eval.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.silotune.eval.sandbox.SandboxResult.Outcome;

/** Programs that mean harm. They need user namespaces, python3, javac, node, go and g++. */
@Tag("sandbox")
final class SandboxTest {

  private static final SandboxLimits LIMITS =
      new SandboxLimits(Duration.ofSeconds(5), Duration.ofSeconds(3), 32, 256, 16, 64);

  private static final String OWN_GROUPS = "silotune-%d-*".formatted(ProcessHandle.current().pid());

  private static Sandbox sandbox;

  @BeforeAll
  static void open() {
    sandbox = Sandbox.open();
  }

  /** However its programs ended. */
  @AfterAll
  static void noControlGroupIsLeft() throws IOException {
    for (var hierarchy : ControlGroups.offered().hierarchies()) {
      try (var left = Files.newDirectoryStream(hierarchy.parent(), OWN_GROUPS)) {
        assertThat(left).isEmpty();
      }
    }
  }

  @Test
  void aProgramIsNobodyAndSeesNothing() throws IOException {
    var secret = Files.createTempFile("secret", ".txt");
    try {
      var result =
          python(
              """
              import os, socket
              print(os.getuid(), sorted(os.listdir('/')), sorted(os.listdir('/box')))
              print(os.path.exists('%s'), os.listdir('/sys') if os.path.exists('/sys') else 'no sys')
              print(len([name for name in os.listdir('/proc') if name.isdigit()]) < 10, open('/proc/1/comm').read())
              print(sorted(os.listdir('/sys/class/net')) if os.path.exists('/sys/class/net') else '')
              try:
                  socket.create_connection(('127.0.0.1', 22), 1)
              except OSError as e:
                  print(e.strerror)
              """
                  .formatted(secret));
      assertThat(result.status()).as(result.output()).isZero();
      assertThat(result.output())
          .startsWith("1000 ['bin', 'box', 'dev', 'etc', 'in', ")
          .contains("['.tmp', 'main.py']", "False no sys\nTrue sh\n");
      assertThat(result.output()).containsAnyOf("Network is unreachable", "Connection refused");
    } finally {
      Files.delete(secret);
    }
  }

  @Test
  void aProgramThatForksIsHeldAndEndsWithAllItsChildren() {
    var result =
        python(
            """
            import os, sys, time
            count = 0
            try:
                while True:
                    if os.fork() == 0:
                        time.sleep(1000)
                    count += 1
            except OSError as e:
                print(count < 32, e.strerror)
                sys.exit(3)
            """);
    assertThat(result.output()).isEqualTo("True Resource temporarily unavailable\n");
    assertThat(result.passed("")).isFalse();
    assertThat(leftOver()).isZero();
  }

  @Test
  void aProgramThatWritesFillsItsOwnFolderOnly() {
    var result =
        python(
            """
            for place in ('/usr/x', '/etc/x', '/x', '/in/x', '/dev/x'):
                try:
                    open(place, 'w')
                    print('wrote', place)
                except OSError:
                    pass
            try:
                for i in range(100):
                    open('/box/%d' % i, 'wb').write(bytes(1 << 20))
            except OSError as e:
                print(e.strerror)
            """);
    assertThat(result.output()).isEqualTo("No space left on device\n");
  }

  @Test
  void aProgramThatSleepsOrSpinsIsEnded() {
    assertThat(python("import time\ntime.sleep(1000)").outcome()).isEqualTo(Outcome.TIMED_OUT);
    var spins = patiently("while True: pass");
    assertThat(spins.outcome()).isEqualTo(Outcome.ENDED); // by the limit of the processor's time
    assertThat(spins.status()).isGreaterThan(128);
    assertThat(spins.passed("")).isFalse();
  }

  @Test
  void ofAGigabyteTheBeginningAndTheEndAreKept() {
    var result =
        patiently(
            """
            import os
            piece = b'x' * (1 << 20)
            for i in range(1 << 10):
                os.write(1, piece)
            print('end')
            """);
    assertThat(result.written()).isGreaterThan(1L << 30);
    assertThat(result.output().length()).isLessThanOrEqualTo(64 << 10);
    assertThat(result.tail()).endsWith("xend\n");
    assertThat(result.passed("end")).isTrue();
  }

  @Test
  void aProgramThatKillsItsParentDoesNotPass() {
    var result =
        python(
            """
            import os, signal, time
            for pid in range(1, 100):
                if pid != os.getpid():
                    try:
                        os.kill(pid, signal.SIGKILL)
                    except OSError:
                        pass
            time.sleep(1000)
            """);
    assertThat(result.outcome()).isEqualTo(Outcome.ENDED);
    assertThat(result.status()).isNotZero();
    assertThat(leftOver()).isZero();
  }

  @Test
  void aProgramThatEndsBeforeItsTestsDoesNotPass() {
    var result = python("import os\nos._exit(0)\nprint('0123456789abcdef')");
    assertThat(result.status()).isZero();
    assertThat(result.passed("0123456789abcdef")).isFalse();
    assertThat(result.reason()).isEqualTo("ended before its tests");
  }

  @Test
  void memoryIsLimitedByAddressesOrWatched() {
    assertThat(python("x = bytes(1 << 30)").output()).contains("MemoryError");
    var node =
        run(
            Language.JAVASCRIPT,
            "main.js",
            "const all = []; while (true) all.push(Buffer.alloc(1 << 22, 1))");
    assertThat(node.outcome()).as(node.output()).isEqualTo(Outcome.OUT_OF_MEMORY);
    assertThat(node.reason()).isEqualTo("took more memory than it may");
    var eater = new TreeMap<>(Map.of("main.py", "x = b'x' * (2 << 30)\n"));
    var unlimited = // its addresses are not
        new Program(Language.JAVASCRIPT, eater, List.of(), List.of("python3", "main.py"));
    assertThat(sandbox.run(unlimited, LIMITS).reason()).isEqualTo("took more memory than it may");
  }

  @Test
  void memoryThatIsResidentInNoProcessIsNotGiven() {
    var result =
        python(
            """
            import ctypes, os, socket
            libc = ctypes.CDLL(None, use_errno=True)
            try:
                os.memfd_create('hidden')
            except OSError as e:
                print('memfd:', e.strerror)
            for name, arguments in (('shmget', (0, 1 << 20, 0o1600)), ('msgget', (0, 0o1600)), ('semget', (0, 1, 0o1600))):
                print(name + ':', getattr(libc, name)(*arguments), os.strerror(ctypes.get_errno()))
            """);
    assertThat(result.output())
        .isEqualTo(
            """
            memfd: Function not implemented
            shmget: -1 Function not implemented
            msgget: -1 Function not implemented
            semget: -1 Function not implemented
            """);
  }

  @Test
  void aSocketPastTheNetworkNamespaceIsNotGiven() {
    var result =
        python(
            """
            import socket
            try:
                socket.socket(40, socket.SOCK_STREAM)  # AF_VSOCK, to the host of a virtual machine
            except OSError as e:
                print(e.strerror)
            socket.socketpair()
            print('own sockets work')
            """);
    assertThat(result.output())
        .isEqualTo("Address family not supported by protocol\nown sockets work\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dash", "bash"})
  void theLimitOfProcessesIsSeenThroughEveryShell(String shell) {
    var result = sandbox.startTooMany(shell);
    assertThat(result.status()).as(result.output()).isEqualTo(125); // timeout could not start one
    Sandbox.requireProcessLimit(result);
  }

  @ParameterizedTest
  @EnumSource(Language.class)
  void aRightProgramPassesInEveryLanguage(Language language) {
    var name =
        Map.of(
                Language.PYTHON, "main.py",
                Language.JAVA, "Main.java",
                Language.JAVASCRIPT, "main.js",
                Language.GO, "main.go",
                Language.CPP, "main.cpp")
            .get(language);
    var text =
        switch (language) {
          case PYTHON -> "print('it runs')";
          case JAVA ->
              "public class Main { public static void main(String[] a) { System.out.println(\"it runs\"); } }";
          case JAVASCRIPT -> "console.log('it runs')";
          case GO ->
              """
              package main
              import "runtime/debug"
              func main() { if debug.SetMemoryLimit(-1) == 1792<<20 { println("it runs") } }
              """;
          case CPP -> "#include <cstdio>\nint main() { puts(\"it runs\"); }\n";
        };
    var generous =
        new SandboxLimits(Duration.ofMinutes(2), Duration.ofMinutes(2), 512, 2048, 512, 64);
    var result = sandbox.run(Program.of(language, new TreeMap<>(Map.of(name, text))), generous);
    assertThat(result.passed("it runs")).as(result.toString()).isTrue();
  }

  @Test
  void aProgramThatDoesNotBuildSaysWhy() {
    var result = run(Language.CPP, "main.cpp", "int main() { return x; }");
    assertThat(result.outcome()).isEqualTo(Outcome.NOT_BUILT);
    assertThat(result.output()).contains("was not declared");
  }

  @Test
  void aBuildThatWarnsMuchIsABuild() {
    var warnings = "#warning a warning of some length, to fill what is kept\n".repeat(2000);
    var result =
        sandbox.run(
            Program.of(
                Language.CPP,
                new TreeMap<>(Map.of("main.cpp", warnings + "int main() { return 7; }\n"))),
            new SandboxLimits(Duration.ofSeconds(30), Duration.ofSeconds(30), 64, 1024, 64, 64));
    assertThat(result.outcome()).as(result.output()).isEqualTo(Outcome.ENDED);
    assertThat(result.status()).isEqualTo(7);
  }

  private static SandboxResult python(String text) {
    return run(Language.PYTHON, "main.py", text);
  }

  /** Runs it for so long that a busy machine comes to its end too. */
  private static SandboxResult patiently(String text) {
    var limits = new SandboxLimits(Duration.ofMinutes(1), Duration.ofSeconds(15), 32, 256, 16, 64);
    return sandbox.run(Program.of(Language.PYTHON, new TreeMap<>(Map.of("main.py", text))), limits);
  }

  private static SandboxResult run(Language language, String file, String text) {
    return sandbox.run(Program.of(language, new TreeMap<>(Map.of(file, text))), LIMITS);
  }

  /** Returns how many programs still run, whoever started them. */
  private static long leftOver() {
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::info)
        .filter(info -> List.of(info.arguments().orElse(new String[0])).contains("main.py"))
        .count();
  }
}
