package org.silotune.udf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The functions in PySpark from PyPI, with our classes and the engine's on its class path. */
@Tag("python")
final class PySparkTest {

  private static final Path SCRIPT = Path.of("src/test/python/sql_functions_pyspark.py");
  private static final List<String> OURS =
      List.of("/llm/target/", "/udf/target/", "silotune-", "/ai/djl/", "/jna/", "/jspecify/");

  @Test
  void functionsWorkInPySpark() throws Exception {
    String python = System.getenv().getOrDefault("SILOTUNE_PYTHON", "python3");
    // Spark itself is PySpark's own; the engine is ours.
    String classPath =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(entry -> OURS.stream().anyMatch(entry::contains))
            .filter(entry -> !entry.contains("test-classes"))
            .collect(Collectors.joining(File.pathSeparator));
    Process process =
        new ProcessBuilder(python, SCRIPT.toString(), classPath)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();

    assertThat(process.exitValue()).as(output).isZero();
    assertThat(output.lines())
        .contains(
            "redacted\tCall 0 at [PHONE]",
            "rouge\t0.6666666666666666",
            "scored\t4",
            "answered\t8",
            "refused\tUnknown option modell of llm_embed (did you mean model?): known are adapter, model");
  }
}
