package org.silotune.llm.finetune;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.silotune.llm.model.DecoderBlueprint;
import org.silotune.llm.model.DecoderConfig;
import org.silotune.llm.model.Forward;
import org.silotune.llm.plan.TrainedModel;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;
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
    return LocalTraining.run(new AllWeights(blueprint), initial, examples, config, run);
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

  private record AllWeights(DecoderBlueprint blueprint) implements Trainee {

    @Override
    public DecoderConfig config() {
      return blueprint.config();
    }

    @Override
    public TrainedModel model() {
      return TrainedModel.of(blueprint);
    }

    @Override
    public boolean trainsBase() {
      return true;
    }

    @Override
    public NativeScope openTask(ComputeThread thread) {
      return blueprint.openTask(thread);
    }

    @Override
    public Bound bind(NativeScope scope, Function<String, NativeTensor> leaves) {
      return new BoundWeights(blueprint.bind(scope, leaves));
    }
  }

  private record BoundWeights(DecoderBlueprint.BoundModel model) implements Trainee.Bound {

    @Override
    public Forward forward(NativeScope batch, CounterRandom step, List<MicroBatch.Place> places) {
      return model.forward();
    }

    @Override
    public void close() {
      model.close();
    }
  }
}
