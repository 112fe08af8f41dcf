package org.silotune.llm.finetune;

import java.util.List;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.ScriptModule;
import org.silotune.llm.tensor.NamedTensors;
import org.silotune.llm.tokenizer.TokenizedExample;

/** One fine-tune of whatever is trained: brings it into native memory, trains, takes it out. */
final class LocalTraining {

  private LocalTraining() {}

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
    try (ComputeThread thread = ComputeThread.enter(config.threads());
        NativeScope scope = trainee.openTask(thread);
        ScriptModule script = ScriptModule.compile(scope, OptimizerScript.TEXT);
        TrainableParameters parameters = new TrainableParameters(scope, initial);
        NativeOptimizer optimizer =
            new NativeOptimizer(scope, script, config.optimizer(), parameters, state);
        GradientWorkers workers =
            new GradientWorkers(
                run.workers(), config, trainee, thread, scope, script, parameters, initial)) {
      return new TrainingLoop(config, run, workers, scope, parameters, optimizer, script)
          .run(examples);
    }
  }
}
