package org.silotune.llm.finetune;

import java.util.List;
import org.silotune.llm.LlmException;
import org.silotune.llm.adapter.AdapterConfig;
import org.silotune.llm.model.BoundAdapter;
import org.silotune.llm.model.DecoderConfig;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.Forward;
import org.silotune.llm.model.InvalidExamplesException;
import org.silotune.llm.model.TokenBatch;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.ScriptModule;
import org.silotune.llm.tensor.CounterRandom;
import org.silotune.llm.tensor.NamedTensors;
import org.silotune.llm.tokenizer.TokenizedExample;

/**
 * Trains an adapter on a frozen base model.
 *
 * <p>The result is a function of model, arguments and numeric profile (threads, token budget, loss
 * chunk): runs repeat bit for bit, alone or beside other fine-tunes of the same process on the same
 * model. Thread-safe; computes on the calling thread.
 */
public final class FineTuner {

  private FineTuner() {}

  /**
   * Trains.
   *
   * @param initial the adapter's parameters to start from, which are not changed
   * @param examples at least one, each with a trained token
   * @throws InvalidExamplesException if there are none, or one does not fit or has no trained token
   * @throws LlmException if the adapter or the optimizer's state does not fit the model
   */
  public static FineTuneResult train(
      DecoderModel model,
      AdapterConfig adapter,
      NamedTensors initial,
      List<TokenizedExample> examples,
      FineTuneConfig config,
      LocalRun run) {
    adapter.requireFits(model, initial);
    requireTrainable(examples, model.config());
    OptimizerState state =
        run.optimizerState().orElseGet(() -> NativeOptimizer.fresh(config.optimizer(), initial));
    NativeOptimizer.requireFits(config.optimizer(), initial, state);
    try (ComputeThread thread = ComputeThread.enter(config.threads());
        NativeScope scope = model.openTask(thread);
        ScriptModule script = ScriptModule.compile(scope, OptimizerScript.TEXT);
        TrainableParameters parameters = new TrainableParameters(scope, initial);
        BoundAdapter bound = adapter.bind(model, parameters::leaf);
        NativeOptimizer optimizer =
            new NativeOptimizer(scope, script, config.optimizer(), parameters, state)) {
      return new TrainingLoop(
              config,
              run,
              new AdapterOnBase(model, bound, adapter.dropout()),
              thread,
              scope,
              parameters,
              optimizer,
              script)
          .run(examples);
    }
  }

  /**
   * Checks examples against a model.
   *
   * @throws InvalidExamplesException if there are none, or one does not fit or has no trained token
   */
  static void requireTrainable(List<TokenizedExample> examples, DecoderConfig config) {
    if (examples.isEmpty()) {
      throw new InvalidExamplesException("Missing examples: a fine-tune needs at least one");
    }
    for (TokenizedExample example : examples) {
      TokenBatch.requireFits(example, config);
      if (example.trainedTokens() == 0) {
        throw new InvalidExamplesException(
            "Invalid example %s: none of its %d tokens is trained; leave it out when preparing the data"
                .formatted(example.id(), example.length()));
      }
    }
  }

  private record AdapterOnBase(DecoderModel model, BoundAdapter adapter, double dropout)
      implements TrainingLoop.Trained {

    @Override
    public DecoderConfig config() {
      return model.config();
    }

    @Override
    public Forward forward(CounterRandom step, long firstToken) {
      return dropout == 0
          ? model.forward(adapter)
          : model.forward(adapter, new CounterDropout(step, firstToken, dropout));
    }

    @Override
    public boolean trainsEmbedding() {
      return false;
    }
  }
}
