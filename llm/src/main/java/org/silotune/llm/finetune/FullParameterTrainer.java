package org.silotune.llm.finetune;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.silotune.llm.model.DecoderBlueprint;
import org.silotune.llm.model.DecoderConfig;
import org.silotune.llm.model.Forward;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.ScriptModule;
import org.silotune.llm.tensor.CounterRandom;
import org.silotune.llm.tensor.NamedTensors;
import org.silotune.llm.tokenizer.TokenizedExample;

/**
 * Trains all weights of a model, from random ones ({@link DecoderBlueprint#initialise}) or from
 * given ones, with the same steps as {@link FineTuner}. A tied head trains with the embedding.
 */
public final class FullParameterTrainer {

  private FullParameterTrainer() {}

  /**
   * Trains.
   *
   * @param initial every weight by its Hugging Face name, which is not changed
   * @param examples at least one, each with a trained token
   * @return the trained weights and how it went
   * @throws org.silotune.llm.model.InvalidExamplesException if there are none, or one does not fit
   * @throws org.silotune.llm.LlmException if weights or the optimizer's state do not fit
   */
  public static FineTuneResult train(
      DecoderBlueprint blueprint,
      NamedTensors initial,
      List<TokenizedExample> examples,
      FineTuneConfig config,
      LocalRun run) {
    blueprint.requireFits(initial);
    FineTuner.requireTrainable(examples, blueprint.config());
    OptimizerState state =
        run.optimizerState().orElseGet(() -> NativeOptimizer.fresh(config.optimizer(), initial));
    NativeOptimizer.requireFits(config.optimizer(), initial, state);
    try (ComputeThread thread = ComputeThread.enter(config.threads());
        NativeScope scope = blueprint.openTask(thread);
        ScriptModule script = ScriptModule.compile(scope, OptimizerScript.TEXT);
        TrainableParameters parameters = new TrainableParameters(scope, initial);
        DecoderBlueprint.BoundModel model = blueprint.bind(scope, parameters::leaf);
        NativeOptimizer optimizer =
            new NativeOptimizer(scope, script, config.optimizer(), parameters, state)) {
      return new TrainingLoop(
              config,
              run,
              new AllWeights(blueprint.config(), model.forward()),
              thread,
              scope,
              parameters,
              optimizer,
              script)
          .run(examples);
    }
  }

  /**
   * Cuts a stream of tokens into examples of which every token is trained.
   *
   * @param length tokens of an example, at least 2; a last piece of a single token is left out
   */
  public static List<TokenizedExample> cut(int[] tokens, int length) {
    if (length < 2) {
      throw new IllegalArgumentException("Invalid length %d: must be >= 2".formatted(length));
    }
    List<TokenizedExample> examples = new ArrayList<>();
    for (int from = 0; from < tokens.length - 1; from += length) {
      int[] piece = Arrays.copyOfRange(tokens, from, Math.min(tokens.length, from + length));
      if (piece.length > 1) {
        examples.add(new TokenizedExample("token " + from, piece, piece));
      }
    }
    return examples;
  }

  private record AllWeights(DecoderConfig config, Forward forward) implements TrainingLoop.Trained {

    @Override
    public Forward forward(CounterRandom step, long firstToken) {
      return forward;
    }

    @Override
    public boolean trainsEmbedding() {
      return true;
    }
  }
}
