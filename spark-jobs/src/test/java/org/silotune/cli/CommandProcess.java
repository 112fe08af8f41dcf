package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The command as the start script runs it: a process, with the JVM options of this one.
 *
 * @param log what it says on stderr
 */
record CommandProcess(Process process, Path log) {

  /**
   * Starts it.
   *
   * @param log for stderr; stdout goes beside it, into a file that ends in {@code .out}
   * @param environment on top of this process' own
   */
  static CommandProcess start(Path log, Map<String, String> environment, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("--add") || option.startsWith("-X"))
        .forEach(command::add);
    command.add("-Dai.djl.offline=true");
    command.add("-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"));
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(Main.class.getName());
    command.addAll(arguments);
    var builder =
        new ProcessBuilder(command).redirectError(log.toFile()).redirectOutput(out(log).toFile());
    builder.environment().putAll(environment);
    return new CommandProcess(builder.start(), log);
  }

  /** Waits until stderr has a text; fails if the process ends before. */
  void await(String text) throws Exception {
    var end = Instant.now().plus(Duration.ofMinutes(5));
    while (!err().contains(text)) {
      assertThat(process.isAlive() && Instant.now().isBefore(end)).as(err()).isTrue();
      Thread.sleep(20);
    }
  }

  String err() throws IOException {
    return Files.readString(log);
  }

  List<String> out() throws IOException {
    return Files.readAllLines(out(log));
  }

  private static Path out(Path log) {
    return log.resolveSibling(log.getFileName() + ".out");
  }
}
