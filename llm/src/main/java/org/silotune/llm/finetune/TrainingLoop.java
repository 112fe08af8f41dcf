package org.silotune.llm.finetune;

import java.util.List;
import org.silotune.llm.finetune.FineTuneResult.Outcome;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.ScriptModule;
import org.silotune.llm.script.TensorList;
import org.silotune.llm.tensor.CounterRandom;
import org.silotune.llm.tokenizer.TokenizedExample;

/**
 * Optimizer steps: batches, gradient, gradient term, clipping, update. A step's objective is the
 * sum of its token losses over the number of its trained tokens, whatever the batches it is
 * computed in. In float16 that is scaled by the {@link LossScaler}'s scale, and its gradient scaled
 * back before anything is added to it.
 */
final class TrainingLoop {

  private final FineTuneConfig config;
  private final LocalRun run;
  private final GradientWorkers workers;
  private final NativeScope scope;
  private final TrainableParameters parameters;
  private final NativeOptimizer optimizer;
  private final ScriptModule script;
  private final LossScaler scaler;
  private final boolean recompute;
  private final Gradients gradients;

  TrainingLoop(
      FineTuneConfig config,
      LocalRun run,
      GradientWorkers workers,
      NativeScope scope,
      TrainableParameters parameters,
      NativeOptimizer optimizer,
      ScriptModule script,
      LossScaler scaler,
      boolean recompute) {
    this.recompute = recompute;
    this.config = config;
    this.run = run;
    this.workers = workers;
    this.scope = scope;
    this.parameters = parameters;
    this.optimizer = optimizer;
    this.script = script;
    this.scaler = scaler;
    this.gradients = new Gradients(scope, script, parameters, workers.total());
  }

  FineTuneResult run(List<TokenizedExample> examples) {
    ExampleOrder order = new ExampleOrder(examples, config.batchSize(), run.seed());
    long planned = config.length().steps(order.stepsPerEpoch());
    Progress progress = new Progress();
    try (gradients) {
      while (progress.outcome == Outcome.COMPLETED && progress.steps < planned) {
        if (run.stop().getAsBoolean()) {
          progress.outcome = Outcome.STOPPED_EARLY;
          break;
        }
        step(order.batch(progress.steps + 1), planned, progress);
      }
    }
    if (progress.steps > 0 && scaler.skipped() == progress.steps) {
      progress.outcome = Outcome.NOT_FINITE;
    }
    return progress.result(parameters, optimizer, scaler, recompute);
  }

  private void step(List<TokenizedExample> examples, long planned, Progress progress) {
    long step = progress.steps + 1;
    int trainedTokens = examples.stream().mapToInt(TokenizedExample::trainedTokens).sum();
    CounterRandom random = CounterRandom.ofSeed(run.seed()).at("dropout").at(step);
    double scale = scaler.scale();
    GradientSum sum =
        workers.backward(
            EvenBatches.cut(examples, config.tokenBudget()), random, scale / trainedTokens);
    TensorList g = sum.total();
    if (scale != 1) {
      script.call("scale").tensors(g).number(1 / scale).toNothing();
    }
    run.gradientTerm().addTo(gradients);
    GradientSum.Read read = sum.read(scope);
    double meanLoss = read.loss() / trainedTokens;
    double norm = read.norm();
    progress.lastLoss = meanLoss;
    boolean finite = Double.isFinite(meanLoss) && Double.isFinite(norm);
    boolean skipped = !finite && Double.isFinite(meanLoss) && scaler.skip();
    if (!finite && !skipped) {
      progress.outcome = Outcome.NOT_FINITE;
      return;
    }
    double rate = config.learningRate() * scheduleFactor(step, planned);
    if (finite) {
      clip(g, norm);
      optimizer.step(g, rate);
      workers.refresh();
      scaler.made();
    }
    int tokens = examples.stream().mapToInt(TokenizedExample::length).sum();
    StepReport report =
        new StepReport(
            step,
            planned,
            meanLoss,
            examples.size(),
            tokens,
            trainedTokens,
            norm,
            rate,
            scale,
            skipped);
    progress.add(report);
    run.listener().onStep(report);
  }

  /** Scales to the clip norm as {@code clip_grad_norm_} does, in float32. */
  private void clip(TensorList g, double norm) {
    if (config.clipNorm().isEmpty()) {
      return;
    }
    float factor = (float) config.clipNorm().getAsDouble() / ((float) norm + 1e-6f);
    if (factor < 1) {
      script.call("scale").tensors(g).number(factor).toNothing();
    }
  }

  private double scheduleFactor(long step, long planned) {
    LearningRateSchedule schedule = config.schedule();
    return run.scheduleSpan()
        .map(span -> schedule.factor(span.stepsBefore() + step, span.totalSteps()))
        .orElseGet(() -> schedule.factor(step, planned));
  }

  /** What has been done so far. */
  private static final class Progress {
    private Outcome outcome = Outcome.COMPLETED;
    private long steps;
    private long examples;
    private long tokens;
    private long trainedTokens;
    private double lossSum;
    private double lastLoss = Double.NaN;

    void add(StepReport report) {
      steps++;
      examples += report.examples();
      tokens += report.tokens();
      trainedTokens += report.trainedTokens();
      lossSum += report.meanLoss() * report.trainedTokens();
    }

    FineTuneResult result(
        TrainableParameters parameters,
        NativeOptimizer optimizer,
        LossScaler scaler,
        boolean recomputed) {
      return new FineTuneResult(
          parameters.export(),
          outcome,
          steps,
          examples,
          tokens,
          trainedTokens,
          lossSum / trainedTokens,
          lastLoss,
          recomputed,
          scaler.skipped(),
          scaler.scale(),
          optimizer.export());
    }
  }
}
