package org.silotune.llm.checkpoint.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.llm.checkpoint.DType;
import org.silotune.llm.checkpoint.SafetensorsFile;
import org.silotune.llm.checkpoint.SafetensorsWriter;
import org.silotune.llm.checkpoint.source.SourceProgress.Step;
import org.silotune.llm.tensor.NamedTensors;
import org.silotune.llm.testing.Golden;

final class WeightConversionTest {

  private static final Path LLAMA = Golden.path("source/llama.gguf");

  @TempDir Path cache;

  @Test
  void theFirstOpeningConvertsAndTheNextMapsTheSameFile() throws IOException {
    List<Step> first = steps(LLAMA);
    assertThat(first).contains(Step.HASHING, Step.CONVERTING);
    FileTime made = Files.getLastModifiedTime(converted());
    assertThat(steps(LLAMA)).doesNotContain(Step.CONVERTING);
    assertThat(Files.getLastModifiedTime(converted())).isEqualTo(made);
  }

  @Test
  void twoConversionsGiveTheSameBytes() throws IOException {
    steps(LLAMA);
    byte[] bytes = Files.readAllBytes(converted());
    Files.delete(converted());
    steps(LLAMA);
    assertThat(converted()).hasBinaryContent(bytes);
  }

  @Test
  void aTruncatedCopyIsMadeAnew() throws IOException {
    steps(LLAMA);
    byte[] whole = Files.readAllBytes(converted());
    Files.write(converted(), Arrays.copyOf(whole, whole.length / 2));
    assertThat(steps(LLAMA)).contains(Step.CONVERTING);
    assertThat(converted()).hasBinaryContent(whole);
  }

  @Test
  void aSoundFileOfAnotherSourceOrVersionIsMadeAnew() throws IOException {
    steps(LLAMA);
    byte[] whole = Files.readAllBytes(converted());
    NamedTensors other = NamedTensors.builder().put("w", new long[] {1}, new float[] {1}).build();
    SafetensorsWriter.write(converted(), other, Map.of());
    assertThat(steps(LLAMA)).contains(Step.CONVERTING);
    assertThat(converted()).hasBinaryContent(whole);
  }

  @Test
  void whatAKilledConversionLeftIsRemoved() throws IOException {
    steps(LLAMA);
    Files.delete(converted());
    Path left = converted().resolveSibling(".model.safetensors.1234.tmp");
    Files.write(left, new byte[100]);
    steps(LLAMA);
    assertThat(left).doesNotExist();
    assertThat(converted()).exists();
  }

  @Test
  void manyThreadsConvertOnce() throws Exception {
    int threads = 4;
    AtomicInteger conversions = new AtomicInteger();
    CyclicBarrier start = new CyclicBarrier(threads);
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<String>> results = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        results.add(
            executor.submit(
                () -> {
                  start.await();
                  SourceProgress count =
                      (step, done, total) -> {
                        if (step == Step.CONVERTING && done == 0) {
                          conversions.incrementAndGet();
                        }
                      };
                  try (BaseModelSource source = BaseModelSource.open(LLAMA, cache, count)) {
                    return source.sha256();
                  }
                }));
      }
      for (Future<String> result : results) {
        assertThat(result.get()).hasSize(64);
      }
    } finally {
      executor.shutdownNow();
    }
    assertThat(conversions).hasValue(1);
  }

  @Test
  void twoProcessesConvertOnce() throws Exception {
    List<Process> processes = List.of(process(), process());
    int conversions = 0;
    for (Process process : processes) {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(output).isZero();
      assertThat(output).matches("20 [01]\\R");
      conversions += output.charAt(3) - '0';
    }
    assertThat(conversions).isEqualTo(1);
  }

  @Test
  void bf16FoldersAreWidenedExactlyAndF16OnesAreMappedAsTheyLie() throws IOException {
    NamedTensors tensors =
        NamedTensors.builder().put("w", new long[] {3}, new float[] {1.5f, -2.25f, 3e38f}).build();
    for (DType dtype : List.of(DType.BF16, DType.F16)) {
      Path folder = Files.createDirectory(cache.resolve(dtype.name()));
      Path weights = folder.resolve("model.safetensors");
      SafetensorsWriter.write(weights, tensors, dtype, Map.of());
      Files.writeString(folder.resolve("config.json"), "{\"model_type\":\"llama\"}");
      try (BaseModelSource source = BaseModelSource.open(folder, cache);
          SafetensorsFile stored = SafetensorsFile.open(weights)) {
        assertThat(source.config().get("model_type").asText()).isEqualTo("llama");
        assertThat(source.tensors().info("w").dtype())
            .isEqualTo(dtype == DType.BF16 ? DType.F32 : DType.F16);
        assertThat(source.tensors().floats("w")).containsExactly(stored.floats("w"));
      }
    }
  }

  private Process process() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-cp",
            System.getProperty("java.class.path"),
            ConvertingProcess.class.getName(),
            LLAMA.toString(),
            cache.toString())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private List<Step> steps(Path model) {
    List<Step> steps = new ArrayList<>();
    BaseModelSource.open(model, cache, (step, done, total) -> steps.add(step)).close();
    return steps;
  }

  private Path converted() throws IOException {
    try (var folders = Files.list(cache.resolve("converted"))) {
      Path folder = folders.filter(Files::isDirectory).findFirst().orElseThrow();
      return folder.resolve("model.safetensors");
    }
  }
}
