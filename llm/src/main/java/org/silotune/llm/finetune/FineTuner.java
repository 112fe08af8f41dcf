package org.silotune.llm.finetune;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.silotune.llm.LlmException;
import org.silotune.llm.adapter.AdapterConfig;
import org.silotune.llm.model.BoundAdapter;
import org.silotune.llm.model.DecoderConfig;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.Forward;
import org.silotune.llm.model.InvalidExamplesException;
import org.silotune.llm.model.TokenBatch;
import org.silotune.llm.plan.TrainedModel;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;
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
   * @throws org.silotune.llm.InsufficientMemoryException if the process has not the memory
   */
  public static FineTuneResult train(
      DecoderModel model,
      AdapterConfig adapter,
      NamedTensors initial,
      List<TokenizedExample> examples,
      FineTuneConfig config,
      LocalRun run) {
    adapter.requireFits(model, initial);
    config.checkpointing().requireFits(model.isDequantised(), model.isOffloaded());
    return LocalTraining.run(new AdapterOnBase(model, adapter), initial, examples, config, run);
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

  private record AdapterOnBase(DecoderModel base, AdapterConfig adapter) implements Trainee {

    @Override
    public DecoderConfig config() {
      return base.config();
    }

    @Override
    public TrainedModel model() {
      return TrainedModel.of(base, adapter);
    }

    @Override
    public boolean trainsBase() {
      return false;
    }

    @Override
    public NativeScope openTask(ComputeThread thread) {
      return base.openTask(thread);
    }

    @Override
    public Bound bind(NativeScope scope, Function<String, NativeTensor> leaves) {
      Optional<DropoutScript> masks =
          adapter.dropout() > 0 && scope.device().isGpu()
              ? Optional.of(DropoutScript.compile(scope))
              : Optional.empty();
      return new BoundToBase(base, adapter.bind(base, leaves), adapter.dropout(), masks);
    }
  }

  private record BoundToBase(
      DecoderModel model, BoundAdapter adapter, double dropout, Optional<DropoutScript> masks)
      implements Trainee.Bound {

    @Override
    public Forward forward(NativeScope batch, CounterRandom step, List<MicroBatch.Place> places) {
      if (dropout == 0) {
        return model.forward(adapter);
      }
      var onDevice = masks.map(script -> script.batch(batch, places));
      return model.forward(adapter, new CounterDropout(step, places, dropout, onDevice));
    }

    @Override
    public void close() {
      adapter.close();
    }
  }
}
