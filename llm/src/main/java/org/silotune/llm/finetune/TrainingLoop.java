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
 * back before anything is added to it; a step whose gradient is not finite is computed again, of
 * the same rows with the same dropout, with half the scale.
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
    return progress.result(parameters, optimizer, scaler, recompute);
  }

  private void step(List<TokenizedExample> examples, long planned, Progress progress) {
    long step = progress.steps + 1;
    int trainedTokens = examples.stream().mapToInt(TokenizedExample::trainedTokens).sum();
    int repeats = 0;
    Pass pass = pass(step, examples, trainedTokens);
    while (pass.outcome() == Outcome.GRADIENT_NOT_FINITE && scaler.halve()) {
      pass = pass(step, examples, trainedTokens);
      repeats++;
    }
    progress.lastLoss = pass.meanLoss;
    progress.outcome = pass.outcome();
    if (progress.outcome != Outcome.COMPLETED) {
      return;
    }
    double rate = config.learningRate() * scheduleFactor(step, planned);
    TensorList g = workers.total();
    clip(g, pass.norm);
    optimizer.step(g, rate);
    workers.refresh();
    scaler.made();
    int tokens = examples.stream().mapToInt(TokenizedExample::length).sum();
    StepReport report =
        new StepReport(
            step,
            planned,
            pass.meanLoss,
            examples.size(),
            tokens,
            trainedTokens,
            pass.norm,
            rate,
            pass.scale,
            repeats);
    progress.add(report);
    run.listener().onStep(report);
  }

  /** Computes a step's gradient, which is a function of the step and the loss scale. */
  private Pass pass(long step, List<TokenizedExample> examples, int trainedTokens) {
    CounterRandom random = CounterRandom.ofSeed(run.seed()).at("dropout").at(step);
    double scale = scaler.scale();
    GradientSum sum =
        workers.backward(
            EvenBatches.cut(examples, config.tokenBudget()), random, scale / trainedTokens);
    if (scale != 1) {
      script.call("scale").tensors(sum.total()).number(1 / scale).toNothing();
    }
    run.gradientTerm().addTo(gradients);
    GradientSum.Read read = sum.read(scope);
    return new Pass(read.loss() / trainedTokens, read.norm(), scale);
  }

  /** A step's mean loss and its gradient's norm, computed with a loss scale. */
  private record Pass(double meanLoss, double norm, double scale) {

    private Outcome outcome() {
      if (!Double.isFinite(meanLoss)) {
        return Outcome.LOSS_NOT_FINITE;
      }
      return Double.isFinite(norm) ? Outcome.COMPLETED : Outcome.GRADIENT_NOT_FINITE;
    }
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
          scaler.repeats(),
          scaler.scale(),
          optimizer.export());
    }
  }
}
