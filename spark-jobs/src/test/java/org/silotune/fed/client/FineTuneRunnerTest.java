package org.silotune.fed.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.fed.metrics.SiloMetrics;
import org.silotune.fed.round.FakeSilos;
import org.silotune.llm.LlmException;
import org.silotune.llm.adapter.LoraConfig;
import org.silotune.llm.checkpoint.source.BaseFormat;
import org.silotune.llm.finetune.FineTuneConfig;
import org.silotune.llm.finetune.FineTuneResult;
import org.silotune.llm.finetune.FineTuner;
import org.silotune.llm.finetune.LearningRateSchedule;
import org.silotune.llm.finetune.LearningRateSchedule.Shape;
import org.silotune.llm.finetune.LocalRun;
import org.silotune.llm.finetune.LossScaling;
import org.silotune.llm.finetune.TrainingLength;
import org.silotune.llm.hub.FetchPolicy;
import org.silotune.llm.hub.FetchProgress;
import org.silotune.llm.hub.ModelCache;
import org.silotune.llm.hub.ModelHub;
import org.silotune.llm.model.ComputeType;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.InvalidExamplesException;
import org.silotune.llm.model.ModelOptions;
import org.silotune.llm.plan.MemoryLimit;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.tensor.NamedTensors;
import org.silotune.llm.tokenizer.TokenizedExample;

final class FineTuneRunnerTest {

  private static final FineTuneConfig STEPS =
      FineTuneConfig.defaults().withLength(new TrainingLength.Steps(4));
  private static final FineTuneConfig EPOCHS =
      FineTuneConfig.defaults().withLength(new TrainingLength.Epochs(2)).withBatchSize(8);

  private static final LoraConfig LORA = LoraConfig.defaults().withRank(2);

  private static ResidentModel model;
  private static DecoderModel base;

  @BeforeAll
  static void load(@TempDir Path folder) {
    ModelHub hub = new ModelHub(new ModelCache(folder));
    Path tiny = hub.obtain("tiny", FetchPolicy.OFFLINE, FetchProgress.SILENT).path();
    model = ResidentModel.at("tiny", tiny, folder);
    base = model.resident();
  }

  @Test
  void rowsThatTheModelCannotTrainOnAreTheSilosFault() {
    int context = base.config().contextLength();
    assertThatThrownBy(() -> train(LORA, filled(context + 1, 5)))
        .isInstanceOf(UnusableUpdateException.class)
        .hasCauseInstanceOf(InvalidExamplesException.class)
        .hasMessageStartingWith("Invalid example e: %d tokens".formatted(context + 1));
    assertThatThrownBy(() -> train(LORA, filled(4, base.config().vocabularySize())))
        .isInstanceOf(UnusableUpdateException.class)
        .hasMessageContaining("is not of the model's vocabulary");
    assertThatThrownBy(
            () -> train(LORA, new TokenizedExample("e", new int[] {5, 6}, new int[] {5, -100})))
        .isInstanceOf(UnusableUpdateException.class)
        .hasMessageContaining("none of its 2 tokens is trained");
  }

  @Test
  void anAdapterThatIsNotTheModelsIsNobodysRows() {
    assertThatThrownBy(() -> train(LORA.withRank(3), filled(4, 5)))
        .isExactlyInstanceOf(LlmException.class)
        .hasMessageStartingWith("Invalid adapter tensor");
  }

  @Test
  void aRuntimeThatCannotComputeIsThrownSoThatItIsTriedAgain() throws InterruptedException {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch tried = new CountDownLatch(1);
    CompletableFuture<Void> busy =
        CompletableFuture.runAsync(
            () -> {
              try (ComputeThread thread = ComputeThread.enter(2)) {
                thread.requireCurrent();
                entered.countDown();
                tried.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    entered.await();

    assertThatThrownBy(() -> train(LORA, filled(4, 5)))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("Cannot compute with 1 threads");

    tried.countDown();
    busy.join();
  }

  @Test
  void repeatsOfFloat16AreTheSilosMetrics() {
    DecoderModel half = half();
    FineTuneConfig steps = STEPS.withLossScale(new LossScaling(0x1p24, 100));
    FineTuneResult result = train(half, steps, LORA.initialise(half, 1));
    SiloMetrics metrics =
        FineTuneRunner.metrics(result, new ComputeDevice.Cpu(), System.nanoTime());
    assertThat(metrics.steps()).isEqualTo(4);
    assertThat(metrics.repeats()).isBetween(1, 23);
    assertThat(metrics.lossScale()).isEqualTo(Math.scalb(1.0, 24 - metrics.repeats()));
    assertThat(metrics.device()).isEqualTo("cpu");
    SiloMetrics there = FineTuneRunner.metrics(result, new ComputeDevice.Gpu("MIG-a", 0), 0);
    assertThat(there.device()).isEqualTo("gpu MIG-a");
    assertThat(there.onGpu()).isTrue();
    FineTuneRunner.requireFinite(result, ComputeType.FLOAT16);
  }

  @Test
  void aLossThatIsNotFiniteSaysWhatToSet() {
    DecoderModel half = half();
    FineTuneResult lost = train(half, STEPS, notANumber(LORA.initialise(half, 1)));
    assertThatThrownBy(() -> FineTuneRunner.requireFinite(lost, ComputeType.FLOAT16))
        .isInstanceOf(UnusableUpdateException.class)
        .hasMessage(
            "Loss is not finite in step 1 (NaN), at loss scale 65536: float16 ends at 65504; set precision.compute: bfloat16");
    assertThatThrownBy(() -> FineTuneRunner.requireFinite(lost, ComputeType.FLOAT32))
        .isInstanceOf(UnusableUpdateException.class)
        .hasMessage(
            "Loss is not finite in step 1 (NaN); lower local.learning-rate or local.clip-norm");
  }

  private static DecoderModel half() {
    ModelOptions options = new ModelOptions(BaseFormat.FLOAT32, ComputeType.FLOAT16);
    return new ResidentModel("tiny", model.path(), model.cache(), model.sha256(), options)
        .resident();
  }

  private static NamedTensors notANumber(NamedTensors tensors) {
    NamedTensors broken = tensors.copy();
    broken.forEach((name, values) -> Arrays.fill(values, Float.NaN));
    return broken;
  }

  private static FineTuneResult train(
      DecoderModel on, FineTuneConfig settings, NamedTensors initial) {
    return FineTuner.train(on, LORA, initial, List.of(filled(8, 5)), settings, LocalRun.ofSeed(1));
  }

  @Test
  void aRoundOfARunBeginsWhereTheRoundBeforeEnded() {
    assertThat(FineTuneRunner.span(STEPS, 100, 1, 3)).isEqualTo(new LocalRun.ScheduleSpan(0, 12));
    assertThat(FineTuneRunner.span(STEPS, 100, 3, 3)).isEqualTo(new LocalRun.ScheduleSpan(8, 12));
    // 20 examples are 3 steps a pass, the last one short
    assertThat(FineTuneRunner.span(EPOCHS, 20, 2, 5)).isEqualTo(new LocalRun.ScheduleSpan(6, 30));
  }

  @Test
  void stepsOfAllRoundsGoThroughTheScheduleOnceInOrder() {
    var schedule = new LearningRateSchedule(Shape.COSINE, 2);
    for (int round = 1; round <= 3; round++) {
      var span = FineTuneRunner.span(STEPS, 100, round, 3);
      for (int step = 1; step <= 4; step++) {
        assertThat(schedule.factor(span.stepsBefore() + step, span.totalSteps()))
            .isEqualTo(schedule.factor(4L * (round - 1) + step, 12));
      }
    }
  }

  private static void train(LoraConfig initial, TokenizedExample example) {
    SiloDescriptor silo = FakeSilos.silo("s", 1);
    NamedTensors parameters = initial.initialise(base, 1);
    LocalUpdateTask task =
        new LocalUpdateTask(
            1,
            silo,
            7,
            parameters,
            Optional.empty(),
            /* carries= */ false,
            new PlainLoss(),
            Optional.empty(),
            new ComputeDevice.Cpu(),
            MemoryLimit.ofThisProcess(1),
            Optional.empty());
    new FineTuneRunner(model, LORA, STEPS)
        .train(task, List.of(example), base, System.nanoTime(), StepListener.NONE);
  }

  private static TokenizedExample filled(int length, int token) {
    int[] tokens = new int[length];
    Arrays.fill(tokens, token);
    return new TokenizedExample("e", tokens, tokens);
  }
}
