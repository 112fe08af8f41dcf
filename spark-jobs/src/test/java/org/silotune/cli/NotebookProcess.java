package org.silotune.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A process as a notebook's user has it: PySpark's Spark, with our classes and the engine's. */
final class NotebookProcess {

  /** The repository's folder of notebooks. */
  static final Path NOTEBOOKS = Path.of("../notebooks").toAbsolutePath().normalize();

  /** What the jar for spark-submit holds; all else comes with Spark. */
  private static final List<String> OURS =
      List.of(
          "/llm/target/",
          "/udf/target/",
          "/data-prep/target/",
          "/spark-jobs/target/",
          "silotune-",
          "/ai/djl/",
          "/jna/",
          "/jspecify/",
          "/picocli/",
          "/snakeyaml/",
          "/opennlp/");

  private NotebookProcess() {}

  static String python() {
    return System.getenv().getOrDefault("SILOTUNE_PYTHON", "python3");
  }

  static String classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry -> OURS.stream().anyMatch(entry::contains))
        .filter(entry -> !entry.contains("test-classes") && !entry.endsWith("-tests.jar"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /**
   * Runs a command to its end in the folder of notebooks.
   *
   * @param environment on top of this process' own, in which notebooks are short and take the
   *     bundled model
   * @param log where its output goes
   * @param input what it reads
   */
  static Ended run(Map<String, String> environment, Path log, String input, List<String> words)
      throws IOException, InterruptedException {
    var builder =
        new ProcessBuilder(words)
            .directory(NOTEBOOKS.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    var variables = builder.environment();
    variables.keySet().removeAll(List.of("SPARK_TESTING", "SPARK_SCALA_VERSION", "SPARK_HOME"));
    variables.putAll(
        Map.of(
            "SILOTUNE_CLASS_PATH",
            classPath(),
            "SILOTUNE_NOTEBOOK_MODEL",
            "tiny",
            "SILOTUNE_NOTEBOOK_ROUNDS",
            "1",
            "SILOTUNE_NOTEBOOK_STEPS",
            "2",
            "PYTHONDONTWRITEBYTECODE",
            "1"));
    variables.putAll(environment);
    Process process = builder.start();
    try (var stdin = process.outputWriter(StandardCharsets.UTF_8)) {
      stdin.write(input);
    }
    if (!process.waitFor(10, TimeUnit.MINUTES)) {
      process.destroyForcibly().waitFor();
    }
    return new Ended(process.exitValue(), Files.readString(log));
  }

  /**
   * How a process ended.
   *
   * @param status its exit status
   * @param output what it said
   */
  record Ended(int status, String output) {}
}
