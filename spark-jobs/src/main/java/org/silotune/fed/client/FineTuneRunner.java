package org.silotune.fed.client;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.silotune.fed.metrics.SiloMetrics;
import org.silotune.llm.adapter.AdapterConfig;
import org.silotune.llm.finetune.FineTuneConfig;
import org.silotune.llm.finetune.FineTuneResult;
import org.silotune.llm.finetune.FineTuner;
import org.silotune.llm.finetune.LocalRun;
import org.silotune.llm.finetune.TrainingLength;
import org.silotune.llm.model.ComputeType;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.InvalidExamplesException;
import org.silotune.llm.model.ResidentModels;
import org.silotune.llm.tokenizer.TokenizedExample;
import org.silotune.prep.shard.Split;

/** Fine-tunes a silo's adapter on the resident base model, from the silo's own token shards. */
public final class FineTuneRunner implements LocalUpdateRunner {

  private static final long serialVersionUID = 1L;

  private final ResidentModel model;
  private final SettingsMessage<AdapterConfig> adapter;
  private final SettingsMessage<FineTuneConfig> config;

  /** A runner for one base model, one kind of adapter and one way of training it. */
  public FineTuneRunner(ResidentModel model, AdapterConfig adapter, FineTuneConfig config) {
    this.model = model;
    this.adapter = SettingsMessage.of(adapter);
    this.config = SettingsMessage.of(config);
  }

  @Override
  public WorkBound bound(SiloDescriptor silo) {
    FineTuneConfig settings = config.settings();
    long batch = settings.batchSize();
    long stepsPerPass = (silo.trainExamples() + batch - 1) / batch;
    if (stepsPerPass == 0) {
      return new WorkBound(0, 0);
    }
    long passes =
        settings.length() instanceof TrainingLength.Epochs epochs
            ? epochs.count()
            : (settings.length().steps(stepsPerPass) + stepsPerPass - 1) / stepsPerPass;
    return new WorkBound(
        Math.multiplyExact(passes, silo.trainExamples()),
        Math.multiplyExact(passes, silo.trainedTokens()));
  }

  @Override
  public LocalUpdate run(LocalUpdateTask task, StepListener listener) throws IOException {
    long began = System.nanoTime();
    List<TokenizedExample> examples = SiloExamples.read(task.silo(), Split.TRAIN);
    try (ResidentModels.Lease lease = model.on(task.device())) {
      DecoderModel base = lease.model();
      FineTuneResult result = train(task, examples, base, began, listener);
      requireFinite(result, base.compute());
      return new LocalUpdate(
          result.parameters().minus(task.initial()),
          metrics(result, task.device(), began),
          task.carries()
              ? Optional.of(CarriedOptimizer.tensors(result.optimizerState()))
              : Optional.empty(),
          result.stoppedEarly());
    }
  }

  /** Checks that a fine-tune's loss and gradient stayed finite. */
  static void requireFinite(FineTuneResult result, ComputeType compute) {
    String what =
        switch (result.outcome()) {
          case COMPLETED, STOPPED_EARLY -> "";
          case LOSS_NOT_FINITE -> "Loss is not finite in step %d (%s)";
          case GRADIENT_NOT_FINITE -> "Gradient is not finite in step %d (loss %s)";
        };
    if (what.isEmpty()) {
      return;
    }
    String advice =
        compute == ComputeType.FLOAT16
            ? ", at loss scale %.0f: float16 ends at 65504; set precision.compute: bfloat16"
                .formatted(result.lossScale())
            : "; lower local.learning-rate or local.clip-norm";
    throw new UnusableUpdateException(
        what.formatted(result.steps() + 1, result.lastLoss()) + advice);
  }

  /**
   * Fine-tunes on the silo's rows.
   *
   * @throws UnusableUpdateException if the rows are not what the model can train on; whatever else
   *     goes wrong, a misfit of adapter and model too, is thrown as it is
   */
  FineTuneResult train(
      LocalUpdateTask task,
      List<TokenizedExample> examples,
      DecoderModel base,
      long began,
      StepListener listener) {
    LocalRun run =
        new LocalRun(
            task.seed(),
            task.carried().map(CarriedOptimizer::state),
            task.scheduledRounds()
                .map(rounds -> span(config.settings(), examples.size(), task.round(), rounds)),
            task.algorithm().gradientTerm(task.initial()),
            new ProgressReport(task, began, listener)::stepped,
            stop(task.deadline(), began),
            task.device().workers(),
            task.memory());
    try {
      return FineTuner.train(
          base, adapter.settings(), task.initial(), examples, config.settings(), run);
    } catch (InvalidExamplesException e) {
      throw new UnusableUpdateException(e.getMessage(), e);
    }
  }

  /** Returns a local update's place in a schedule over all rounds, had the silo been in each. */
  static LocalRun.ScheduleSpan span(FineTuneConfig config, long examples, int round, int rounds) {
    long stepsPerPass = (examples + config.batchSize() - 1) / config.batchSize();
    long steps = config.length().steps(stepsPerPass);
    return new LocalRun.ScheduleSpan(
        Math.multiplyExact(round - 1, steps), Math.multiplyExact(rounds, steps));
  }

  /** Between steps: whether the deadline has come; a cancelled task ends here, not at its end. */
  private static BooleanSupplier stop(Optional<Duration> deadline, long began) {
    return () -> {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("The task was cancelled");
      }
      return deadline.isPresent() && System.nanoTime() - began > deadline.get().toNanos();
    };
  }

  static SiloMetrics metrics(FineTuneResult result, ComputeDevice device, long began) {
    return new SiloMetrics(
        Math.toIntExact(result.steps()),
        result.examplesSeen(),
        result.tokensSeen(),
        result.trainedTokens(),
        result.trainedTokens() == 0 ? 0 : result.meanLoss() * result.trainedTokens(),
        Math.toIntExact(result.repeats()),
        result.lossScale(),
        device.label(),
        result.recomputed(),
        (System.nanoTime() - began) * 1e-9);
  }
}
