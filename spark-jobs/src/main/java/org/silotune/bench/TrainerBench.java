package org.silotune.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import org.silotune.llm.LlmException;
import org.silotune.llm.adapter.Adapter;
import org.silotune.llm.adapter.LoraConfig;
import org.silotune.llm.eval.HeldOutLoss;
import org.silotune.llm.finetune.FineTuneConfig;
import org.silotune.llm.finetune.FineTuneResult;
import org.silotune.llm.finetune.FineTuner;
import org.silotune.llm.finetune.LocalRun;
import org.silotune.llm.finetune.TrainingLength;
import org.silotune.llm.model.ComputeType;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.plan.MemoryLimit;
import org.silotune.llm.plan.ModelWork;
import org.silotune.llm.tokenizer.TokenizedExample;

/** Measures local fine-tunes as a round runs them, without the round. */
public final class TrainerBench {

  /** The adapter that is trained. */
  static final LoraConfig LORA =
      new LoraConfig(8, 16, 0, List.of("q_proj", "k_proj", "v_proj", "o_proj"));

  private final DecoderModel model;
  private final MatrixPeak peak;
  private final TrainerBenchConfig config;

  /**
   * @param type what {@code model} computes in
   */
  public TrainerBench(DecoderModel model, ComputeType type, TrainerBenchConfig config) {
    this(
        model,
        new MatrixPeak(model.device(), type, Runtime.getRuntime().availableProcessors()),
        config);
  }

  TrainerBench(DecoderModel model, MatrixPeak peak, TrainerBenchConfig config) {
    this.model = model;
    this.peak = peak;
    this.config = config;
  }

  /**
   * Measures on examples that are dealt to the tasks in turn.
   *
   * @param heldOut scored after the last step, if any and if there is one task
   */
  public TrainerBenchResult measure(
      List<TokenizedExample> examples, List<TokenizedExample> heldOut) {
    double before = peak.measure();
    List<Measured> tasks = run(examples);
    List<StepTimes> times = tasks.stream().map(Measured::times).toList();
    long memory = ProcessMemory.peakResidentBytes();
    double peakFlops = Math.max(before, peak.measure());
    double tokens = times.stream().mapToDouble(StepTimes::tokensPerSecond).sum();
    double trained = times.stream().mapToDouble(StepTimes::trainedTokensPerSecond).sum();
    double flops = ModelWork.of(model).training(tokens, trained);
    return new TrainerBenchResult(
        tokens,
        trained,
        times.stream().mapToDouble(StepTimes::examplesPerSecond).sum(),
        Median.of(times.stream().flatMap(t -> t.seconds().stream()).toList()),
        flops / peakFlops,
        peakFlops,
        memory,
        tasks.stream().allMatch(task -> task.result().recomputed()),
        tasks.stream().mapToLong(task -> task.result().repeats()).sum(),
        heldOut.isEmpty() || tasks.size() > 1
            ? OptionalDouble.empty()
            : OptionalDouble.of(loss(tasks.get(0).result(), heldOut)));
  }

  private double loss(FineTuneResult result, List<TokenizedExample> heldOut) {
    int lossChunk = FineTuneConfig.defaults().lossChunk();
    return new HeldOutLoss(config.tokenBudget(), lossChunk, config.threads())
        .evaluate(model, new Adapter(LORA, result.parameters()), heldOut)
        .mean();
  }

  private record Measured(StepTimes times, FineTuneResult result) {}

  private List<Measured> run(List<TokenizedExample> examples) {
    CyclicBarrier start = new CyclicBarrier(config.tasks());
    List<Callable<Measured>> tasks = new ArrayList<>();
    for (int task = 0; task < config.tasks(); task++) {
      List<TokenizedExample> own = new ArrayList<>();
      for (int i = task; i < examples.size(); i += config.tasks()) {
        own.add(examples.get(i));
      }
      long seed = task;
      tasks.add(
          () -> {
            start.await();
            return fineTune(own, seed);
          });
    }
    return AtOnce.run(tasks);
  }

  private Measured fineTune(List<TokenizedExample> examples, long seed) {
    StepTimes times = new StepTimes(config.warmUp());
    FineTuneConfig settings =
        FineTuneConfig.defaults()
            .withBatchSize(config.batch() / config.tasks())
            .withTokenBudget(config.tokenBudget())
            .withCheckpointing(config.checkpointing())
            .withThreads(config.threads())
            .withLength(new TrainingLength.Steps(config.warmUp() + config.steps()));
    FineTuneResult result =
        FineTuner.train(
            model,
            LORA,
            LORA.initialise(model, seed),
            examples,
            settings,
            localRun(seed).withListener(times));
    requireCompleted(result, config.warmUp() + config.steps());
    return new Measured(times, result);
  }

  /** All tasks are of this process: what they keep of layers is decided for them together. */
  LocalRun localRun(long seed) {
    return LocalRun.ofSeed(seed)
        .withWorkers(config.workers())
        .withMemory(MemoryLimit.ofThisProcess(config.tasks()));
  }

  /**
   * Checks that all steps were made: the time of others is no measurement.
   *
   * @throws LlmException if the loss or the gradient of one was not finite
   */
  static void requireCompleted(FineTuneResult result, int steps) {
    if (result.outcome() != FineTuneResult.Outcome.COMPLETED) {
      throw new LlmException(
          "Cannot measure: step %d of %d ended as %s (loss %s, loss scale %.0f); take another --dtype or --model"
              .formatted(
                  result.steps() + 1,
                  steps,
                  result.outcome(),
                  result.lastLoss(),
                  result.lossScale()));
    }
  }
}
