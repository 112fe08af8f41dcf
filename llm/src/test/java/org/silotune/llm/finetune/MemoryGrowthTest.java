package org.silotune.llm.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silotune.llm.adapter.LoraConfig;
import org.silotune.llm.checkpoint.source.BaseFormat;
import org.silotune.llm.checkpoint.source.SourceProgress;
import org.silotune.llm.model.ComputeType;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.FixtureModels;
import org.silotune.llm.model.ModelLoader;
import org.silotune.llm.model.ModelOptions;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.testing.ChildJvm;
import org.silotune.llm.testing.ResidentMemory;

/**
 * 500 steps in a process of their own, whose heap is in memory from the start: what grows is
 * native. The rank is large so that one tensor a step, whichever it is, is many times the bound.
 */
final class MemoryGrowthTest {

  private static final long BOUND = 4L << 20;
  private static final int STEPS = 500;
  private static final int LOOK_EVERY = 100;

  @TempDir private static Path folder;

  @BeforeAll
  static void writeModel() {
    FixtureModels.writeLlama(folder, Steps.WIDTH, 2);
  }

  @Test
  void aLongFineTuneDoesNotGrow() throws Exception {
    requireNoGrowth("workers");
  }

  @ParameterizedTest
  @ValueSource(strings = {"kept", "recomputed", "int8", "offloaded"})
  @Tag("stress")
  void noOtherFineTuneDoes(String how) throws Exception {
    requireNoGrowth(how);
  }

  private static void requireNoGrowth(String how) throws Exception {
    List<Look> looks = steps(how);
    assertThat(looks.get(4).bytes() - looks.get(0).bytes())
        .as("bytes at step 500 over step 100: %s", looks)
        .isLessThan(BOUND);
    assertThat(looks).extracting(Look::tensors).containsOnly(looks.get(0).tensors());
  }

  @Test
  @Tag("stress")
  void oneSmallTensorAStepWouldBeSeen() throws Exception {
    List<Look> looks = steps("leaking");
    assertThat(looks.get(4).bytes() - looks.get(0).bytes()).as("%s", looks).isGreaterThan(BOUND);
    assertThat(looks.get(4).tensors() - looks.get(0).tensors()).isEqualTo(STEPS - LOOK_EVERY);
  }

  /**
   * Each on a thread that the process did not have before, as the tasks of a run's rounds are: what
   * lies free in the arena of one is not in memory when the next begins. A process is now and then
   * tens of megabytes larger for a moment; one that grows is so each time.
   */
  @Test
  void fineTunesAfterOneAnotherLeaveNoMemory() throws Exception {
    ChildJvm process = ChildJvm.start(FineTunes.class, Steps.OPTIONS, Map.of(), folder.toString());
    List<Long> left = new ArrayList<>();
    long peak = 0;
    for (String line : process.output()) {
      if (line.startsWith(FineTunes.LEFT)) {
        left.add(Long.parseLong(line.substring(FineTunes.LEFT.length())));
      } else if (line.startsWith(FineTunes.PEAK)) {
        peak = Math.max(peak, Long.parseLong(line.substring(FineTunes.PEAK.length())));
      }
    }
    assertThat(left).hasSize(FineTunes.COUNT);
    long one = peak - left.get(0);
    assertThat(one).as("what a fine-tune takes, of %s and %d", left, peak).isGreaterThan(8 * BOUND);
    long least = Collections.min(left.subList(FineTunes.COUNT - 3, FineTunes.COUNT));
    assertThat(least - left.get(1))
        .as("bytes left by the last three over the second: %s", left)
        .isLessThan(one / 4);
  }

  /** What there is after a step. */
  private record Look(long bytes, long tensors) {}

  private static List<Look> steps(String how) throws Exception {
    ChildJvm process = ChildJvm.start(Steps.class, Steps.OPTIONS, Map.of(), how, folder.toString());
    List<Look> looks = new ArrayList<>();
    for (String line : process.output()) {
      if (line.startsWith(Steps.LOOK)) {
        String[] numbers = line.substring(Steps.LOOK.length()).split(" ", -1);
        looks.add(new Look(Long.parseLong(numbers[0]), Long.parseLong(numbers[1])));
      }
    }
    assertThat(looks).hasSize(STEPS / LOOK_EVERY);
    return looks;
  }

  /** The process. */
  static final class Steps {

    static final String LOOK = "look ";

    static final List<String> OPTIONS =
        List.of(
            "-Xms96m",
            "-Xmx96m",
            "-XX:+AlwaysPreTouch",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1"); // the optimising compiler's memory comes and goes

    static final int WIDTH = 128;

    private static final int RANK = 64;
    private static final LoraConfig LORA =
        new LoraConfig(RANK, 8, 0.1, List.of("q_proj", "up_proj"));

    private Steps() {}

    public static void main(String[] arguments) {
      String how = arguments[0];
      BaseFormat base = how.equals("int8") ? BaseFormat.INT8 : BaseFormat.FLOAT32;
      try (DecoderModel model =
              ModelLoader.load(
                  Path.of(arguments[1]),
                  Path.of(arguments[1], "cache"),
                  new ModelOptions(base, ComputeType.FLOAT32, how.equals("offloaded")),
                  SourceProgress.none());
          ComputeThread thread = ComputeThread.enter(1);
          NativeScope leaks = model.openTask(thread)) {
        StepListener listener =
            report -> {
              if (how.equals("leaking")) {
                leaks.zeros(RANK, WIDTH); // as large as the smallest trained tensor
              }
              if (report.step() % LOOK_EVERY == 0) {
                System.out.println(LOOK + ResidentMemory.bytesInUse() + " " + model.heldCount());
              }
            };
        FineTuner.train(
            model,
            LORA,
            LORA.initialise(model, 1),
            FixtureExamples.draw(7, 5),
            FineTuneConfig.defaults()
                .withLength(new TrainingLength.Steps(STEPS))
                .withBatchSize(3)
                .withTokenBudget(24)
                .withCheckpointing(
                    how.equals("recomputed") ? Checkpointing.ON : Checkpointing.AUTO),
            LocalRun.ofSeed(1).withWorkers(how.equals("workers") ? 2 : 1).withListener(listener));
      }
    }
  }

  /** The process of many fine-tunes, of kept layers, two workers each. */
  static final class FineTunes {

    static final String LEFT = "left ";
    static final String PEAK = "peak ";
    static final int COUNT = 8;

    private static final LoraConfig LORA = new LoraConfig(4, 8, 0, List.of("q_proj"));

    private FineTunes() {}

    public static void main(String[] arguments) throws Exception {
      Path folder = Path.of(arguments[0]);
      try (DecoderModel model = ModelLoader.load(folder, folder.resolve("cache"))) {
        for (int i = 0; i < COUNT; i++) {
          Thread task = new Thread(() -> fineTune(model));
          task.start();
          task.join();
          System.out.println(LEFT + ResidentMemory.bytes());
        }
      }
    }

    private static void fineTune(DecoderModel model) {
      FineTuner.train(
          model,
          LORA,
          LORA.initialise(model, 1),
          FixtureExamples.draw(1000, 5),
          FineTuneConfig.defaults()
              .withLength(new TrainingLength.Steps(2))
              .withBatchSize(1000)
              .withTokenBudget(4096)
              .withCheckpointing(Checkpointing.OFF),
          LocalRun.ofSeed(1)
              .withWorkers(2)
              .withListener(report -> System.out.println(PEAK + ResidentMemory.bytes())));
    }
  }
}
