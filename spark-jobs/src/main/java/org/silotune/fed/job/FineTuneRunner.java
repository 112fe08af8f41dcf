package org.silotune.fed.job;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.silotune.fed.FederationException;
import org.silotune.fed.client.ClientAlgorithm;
import org.silotune.fed.client.ComputeDevice;
import org.silotune.fed.client.FedProx;
import org.silotune.fed.client.LocalUpdate;
import org.silotune.fed.client.LocalUpdateRunner;
import org.silotune.fed.client.LocalUpdateTask;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.client.StepListener;
import org.silotune.fed.client.StepProgress;
import org.silotune.fed.client.UnusableUpdateException;
import org.silotune.fed.client.WorkBound;
import org.silotune.fed.metrics.SiloMetrics;
import org.silotune.llm.finetune.FineTuneResult;
import org.silotune.llm.finetune.FineTuneResult.Outcome;
import org.silotune.llm.finetune.FineTuner;
import org.silotune.llm.finetune.GradientTerm;
import org.silotune.llm.finetune.LocalRun;
import org.silotune.llm.finetune.StepReport;
import org.silotune.llm.tensor.NamedTensors;
import org.silotune.llm.tokenizer.TokenizedExample;
import org.silotune.prep.shard.Split;

/**
 * A local update with the model runtime: opens the silo's own training shard, trains the adapter on
 * the process's resident base model, and returns trained minus initial.
 *
 * @param base the base model
 * @param settings what is trained, and how
 */
record FineTuneRunner(BaseModel.Message base, LocalSettings settings) implements LocalUpdateRunner {

  @Override
  public WorkBound bound(SiloDescriptor silo) {
    if (silo.trainExamples() == 0) {
      return new WorkBound(0, 0);
    }
    long batch = settings.batchSize();
    long stepsPerEpoch = (silo.trainExamples() + batch - 1) / batch;
    long steps = settings.length().steps(stepsPerEpoch);
    long passes = (steps + stepsPerEpoch - 1) / stepsPerEpoch;
    return new WorkBound(
        Math.min(steps * batch, passes * silo.trainExamples()), passes * silo.trainedTokens());
  }

  @Override
  public LocalUpdate run(LocalUpdateTask task, StepListener listener) throws IOException {
    requireProcessor(task.device());
    var examples = SiloShards.read(task.silo(), Split.TRAIN);
    long began = System.nanoTime();
    var result = train(task, examples, listener, began);
    if (result.outcome() == Outcome.NOT_FINITE) {
      throw new UnusableUpdateException(
          "Loss or gradient is not finite in step %d: loss %s; lower the learning rate or look at the silo's data"
              .formatted(result.steps() + 1, result.lastLoss()));
    }
    var metrics =
        new SiloMetrics(
            Math.toIntExact(result.steps()),
            result.examplesSeen(),
            result.tokensSeen(),
            result.trainedTokens(),
            result.trainedTokens() == 0 ? 0 : result.meanLoss() * result.trainedTokens(),
            (System.nanoTime() - began) * 1e-9);
    Optional<NamedTensors> carried =
        task.carries()
            ? Optional.of(CarriedOptimizer.pack(result.optimizerState()))
            : Optional.empty();
    return new LocalUpdate(
        result.parameters().minus(task.initial()), metrics, carried, result.stoppedEarly());
  }

  private FineTuneResult train(
      LocalUpdateTask task, List<TokenizedExample> examples, StepListener listener, long began) {
    var run =
        LocalRun.ofSeed(task.seed())
            .withGradientTerm(term(task.algorithm(), task.initial()))
            .withListener(new StepRelay(task, listener, began))
            .withStop(deadline(task.deadline(), began));
    if (task.carried().isPresent()) {
      run = run.withOptimizerState(CarriedOptimizer.unpack(task.carried().get()));
    }
    return FineTuner.train(
        base.resident(), settings.lora(), task.initial(), examples, settings.config(), run);
  }

  private static GradientTerm term(ClientAlgorithm algorithm, NamedTensors initial) {
    if (algorithm instanceof FedProx proximal) {
      return gradients -> gradients.addDifference(proximal.proximalMu(), initial);
    }
    return GradientTerm.none();
  }

  private static BooleanSupplier deadline(Optional<Duration> deadline, long began) {
    if (deadline.isEmpty()) {
      return () -> false;
    }
    long nanos = deadline.get().toNanos();
    return () -> System.nanoTime() - began >= nanos;
  }

  static void requireProcessor(ComputeDevice device) {
    if (device instanceof ComputeDevice.Gpu gpu) {
      throw new FederationException(
          "Cannot compute on gpu %s: the engine on the class path has no GPU kernels; use device: cpu"
              .formatted(gpu.address()));
    }
  }

  /** Tells a silo's progress in the words of rounds. */
  private static final class StepRelay implements org.silotune.llm.finetune.StepListener {

    private final LocalUpdateTask task;
    private final StepListener listener;
    private final long began;
    private long tokens;

    StepRelay(LocalUpdateTask task, StepListener listener, long began) {
      this.task = task;
      this.listener = listener;
      this.began = began;
    }

    @Override
    public void onStep(StepReport report) {
      tokens += report.tokens();
      listener.stepped(
          new StepProgress(
              task.round(),
              task.silo().name(),
              Math.toIntExact(report.step()),
              Math.toIntExact(report.plannedSteps()),
              report.meanLoss(),
              tokens,
              Duration.ofNanos(System.nanoTime() - began)));
    }
  }
}
