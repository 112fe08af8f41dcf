package org.silotune.llm.finetune;

import java.util.List;
import org.silotune.llm.finetune.FineTuneResult.Outcome;
import org.silotune.llm.model.DecoderConfig;
import org.silotune.llm.model.Forward;
import org.silotune.llm.model.TokenBatch;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.script.ScriptModule;
import org.silotune.llm.script.TensorList;
import org.silotune.llm.tensor.CounterRandom;
import org.silotune.llm.tokenizer.TokenizedExample;

/**
 * Optimizer steps: batches, gradient, gradient term, clipping, update. A step's objective is the
 * sum of its token losses over the number of its trained tokens, whatever the batches it is
 * computed in.
 */
final class TrainingLoop {

  /** Where the forward pass of a batch comes from: an adapter on a frozen base, or all weights. */
  interface Trained {

    DecoderConfig config();

    /**
     * Returns the forward pass of a batch.
     *
     * @param step random numbers of the optimizer step
     * @param firstToken how many tokens of the step come before the batch
     */
    Forward forward(CounterRandom step, long firstToken);

    boolean trainsEmbedding();
  }

  private final FineTuneConfig config;
  private final LocalRun run;
  private final Trained trained;
  private final ComputeThread thread;
  private final NativeScope scope;
  private final TrainableParameters parameters;
  private final NativeOptimizer optimizer;
  private final ScriptModule script;
  private final Gradients gradients;

  TrainingLoop(
      FineTuneConfig config,
      LocalRun run,
      Trained trained,
      ComputeThread thread,
      NativeScope scope,
      TrainableParameters parameters,
      NativeOptimizer optimizer,
      ScriptModule script) {
    this.config = config;
    this.run = run;
    this.trained = trained;
    this.thread = thread;
    this.scope = scope;
    this.parameters = parameters;
    this.optimizer = optimizer;
    this.script = script;
    this.gradients = new Gradients(scope, script, parameters);
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
    return progress.result(parameters, optimizer);
  }

  private void step(List<TokenizedExample> examples, long planned, Progress progress) {
    long step = progress.steps + 1;
    int trainedTokens = examples.stream().mapToInt(TokenizedExample::trainedTokens).sum();
    double meanLoss = backward(examples, step, trainedTokens) / trainedTokens;
    progress.lastLoss = meanLoss;
    List<NativeTensor> handles = parameters.gradients();
    try (TensorList g = TensorList.of(handles)) {
      gradients.at(g);
      run.gradientTerm().addTo(gradients);
      double norm = script.call("norm").tensors(g).toNumber();
      if (!Double.isFinite(meanLoss) || !Double.isFinite(norm)) {
        progress.outcome = Outcome.NOT_FINITE;
        return;
      }
      clip(g, norm);
      double rate = config.learningRate() * scheduleFactor(step, planned);
      optimizer.step(g, rate);
      int tokens = examples.stream().mapToInt(TokenizedExample::length).sum();
      StepReport report =
          new StepReport(
              step, planned, meanLoss, examples.size(), tokens, trainedTokens, norm, rate);
      progress.add(report);
      run.listener().onStep(report);
    } finally {
      handles.forEach(NativeTensor::close);
      parameters.clearGradients();
    }
  }

  /** Adds the step's gradient to the leaves and returns the sum of its token losses. */
  private double backward(List<TokenizedExample> examples, long step, int trainedTokens) {
    CounterRandom random = CounterRandom.ofSeed(run.seed()).at("dropout").at(step);
    double loss = 0;
    long firstToken = 0;
    for (TokenBatch batch : TokenBatch.pack(examples, config.tokenBudget())) {
      LayerwisePass pass =
          new LayerwisePass(
              thread,
              trained.forward(random, firstToken),
              config.lossChunk(),
              trained.trainsEmbedding());
      boolean recompute = config.checkpointing().recomputes(trained.config(), batch.tokenCount());
      loss += pass.run(scope, batch, 1.0 / trainedTokens, recompute);
      firstToken += batch.tokenCount();
    }
    return loss;
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

    FineTuneResult result(TrainableParameters parameters, NativeOptimizer optimizer) {
      return new FineTuneResult(
          parameters.export(),
          outcome,
          steps,
          examples,
          tokens,
          trainedTokens,
          lossSum / trainedTokens,
          lastLoss,
          optimizer.export());
    }
  }
}
