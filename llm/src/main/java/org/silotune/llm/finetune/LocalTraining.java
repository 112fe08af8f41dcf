package org.silotune.llm.finetune;

import java.util.List;
import org.silotune.llm.plan.MemoryShortage;
import org.silotune.llm.plan.TrainedModel;
import org.silotune.llm.plan.TrainingShape;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeAllocator;
import org.silotune.llm.script.NativeMemoryException;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.ScriptModule;
import org.silotune.llm.tensor.NamedTensors;
import org.silotune.llm.tokenizer.TokenizedExample;

/** One fine-tune of whatever is trained: brings it into native memory, trains, takes it out. */
final class LocalTraining {

  private LocalTraining() {}

  @SuppressWarnings("try") // the allocator is held, not called
  static FineTuneResult run(
      Trainee trainee,
      NamedTensors initial,
      List<TokenizedExample> examples,
      FineTuneConfig config,
      LocalRun run) {
    FineTuner.requireTrainable(examples, trainee.config());
    OptimizerState state =
        run.optimizerState().orElseGet(() -> NativeOptimizer.fresh(config.optimizer(), initial));
    NativeOptimizer.requireFits(config.optimizer(), initial, state);
    TrainedModel model = trainee.model();
    int longest = examples.stream().mapToInt(TokenizedExample::length).max().orElseThrow();
    TrainingShape shape = config.shape(model, longest, run.workers(), run.memory());
    try (NativeAllocator.Hold hold = NativeAllocator.hold(shape.freed());
        ComputeThread thread = ComputeThread.enter(config.threads());
        NativeScope scope = trainee.openTask(thread);
        ScriptModule script = ScriptModule.compile(scope, OptimizerScript.TEXT);
        TrainableParameters parameters = new TrainableParameters(scope, initial);
        NativeOptimizer optimizer =
            new NativeOptimizer(scope, script, config.optimizer(), parameters, state);
        GradientWorkers workers =
            new GradientWorkers(
                run.workers(),
                config,
                trainee,
                thread,
                scope,
                script,
                parameters,
                initial,
                shape.recompute())) {
      return new TrainingLoop(
              config,
              run,
              workers,
              scope,
              parameters,
              optimizer,
              script,
              LossScaler.of(model.compute(), config.lossScale()),
              shape.recompute())
          .run(examples);
    } catch (NativeMemoryException e) {
      throw new MemoryShortage(model, shape, run.memory()).refused(e);
    } catch (OutOfMemoryError e) {
      throw new MemoryShortage(model, shape, run.memory()).exhausted(e);
    }
  }
}
