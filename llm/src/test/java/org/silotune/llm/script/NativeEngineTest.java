package org.silotune.llm.script;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.util.Utils;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NativeEngineTest {

  @TempDir Path cache;

  /** As the executors of a new host do; each unpacks 450 MB. */
  @Tag("stress")
  @Test
  void processesThatStartTogetherOnAnEmptyCacheAllCompute() throws Exception {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      processes.add(process(EngineProcess.class, cache));
    }
    for (Process process : processes) {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(output).isZero();
      assertThat(output).contains("computed 2.0");
    }
    assertThat(cache.resolve("pytorch")).isDirectoryNotContaining("glob:**/tmp*");
  }

  @Test
  void engineThatCouldNotBeUnpackedIsTriedAgain() throws Exception {
    Path obstacle = Files.writeString(cache.resolve("obstacle"), "not a folder");
    Process process =
        process(
            EngineRetryProcess.class,
            obstacle,
            obstacle.toString(),
            Utils.getCacheDir().toString());
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    for (int attempt = 1; attempt <= 2; attempt++) {
      assertThat(output)
          .containsPattern(
              "attempt %d: Cannot load libtorch: .*%s.*; it unpacks 450 MB into %2$s, which"
                  .formatted(attempt, obstacle));
    }
    assertThat(output).contains("computed 2.0");
  }

  private static Process process(Class<?> main, Path cache, String... arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-DDJL_CACHE_DIR=" + cache,
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder process = new ProcessBuilder(command).redirectErrorStream(true);
    process.environment().keySet().removeAll(List.of("DJL_CACHE_DIR", "ENGINE_CACHE_DIR"));
    return process.start();
  }
}
