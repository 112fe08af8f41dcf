package org.silotune.llm.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.RepeatedTest;
import org.silotune.llm.adapter.LoraConfig;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.ModelLoader;
import org.silotune.llm.tokenizer.TokenizedExample;

/**
 * A process that is told to end while it computes ends as told: without the gate in {@code
 * llm.script}, libtorch's global objects are gone before its threads have left it.
 */
final class ExitWhileTrainingTest {

  private static final int SIGTERM_STATUS = 128 + 15;

  @RepeatedTest(3)
  void sigtermInTheMiddleOfAStepIsNoCrash() throws IOException, InterruptedException {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:ErrorFile=target/exit-while-training-%p.log",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                TrainsForEver.class.getName())
            .redirectErrorStream(true)
            .start();
    try (BufferedReader output = child.inputReader()) {
      String line = output.readLine();
      while (line != null && !line.equals(TrainsForEver.STARTED)) {
        line = output.readLine();
      }
      assertThat(line).as("the child trains").isEqualTo(TrainsForEver.STARTED);
      child.toHandle().destroy(); // SIGTERM; the process' own destroy() closes its output
      String rest = output.lines().collect(Collectors.joining("\n"));
      assertThat(child.waitFor()).as(rest).isEqualTo(SIGTERM_STATUS);
      assertThat(rest).doesNotContain("SIGSEGV");
    } finally {
      child.destroyForcibly();
    }
  }

  /** Fine-tunes on two threads until it is stopped. */
  static final class TrainsForEver {

    static final String STARTED = "training";

    private static final Path TINY = Path.of("src/main/resources/org/silotune/llm/hub/tiny");

    private TrainsForEver() {}

    /** Long enough that a signal meets a thread in native code. */
    private static List<TokenizedExample> longExamples() {
      int[] ids = new int[512];
      Arrays.fill(ids, 7);
      return Collections.nCopies(8, new TokenizedExample("same", ids, ids));
    }

    public static void main(String[] arguments) throws InterruptedException {
      LoraConfig lora = new LoraConfig(4, 8, 0, List.of("q_proj", "v_proj"));
      try (DecoderModel model = ModelLoader.load(TINY, Path.of("target/exit-while-training"))) {
        Runnable training =
            () ->
                FineTuner.train(
                    model,
                    lora,
                    lora.initialise(model, 1),
                    longExamples(),
                    FineTuneConfig.defaults().withLength(new TrainingLength.Epochs(1_000_000)),
                    LocalRun.ofSeed(1)
                        .withListener(
                            report -> {
                              if (report.step() == 2) {
                                System.out.println(STARTED);
                              }
                            }));
        Thread second = new Thread(training);
        second.start();
        training.run();
        second.join();
      }
    }
  }
}
