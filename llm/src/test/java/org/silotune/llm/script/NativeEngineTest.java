package org.silotune.llm.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
      processes.add(process());
    }
    for (Process process : processes) {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(output).isZero();
      assertThat(output).contains("computed 2.0");
    }
    assertThat(cache.resolve("pytorch")).isDirectoryNotContaining("glob:**/tmp*");
  }

  private Process process() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-DDJL_CACHE_DIR=" + cache,
            "-cp",
            System.getProperty("java.class.path"),
            EngineProcess.class.getName())
        .redirectErrorStream(true)
        .start();
  }
}
