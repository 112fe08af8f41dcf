package org.silotune.llm.finetune;

import java.util.List;
import java.util.function.Function;
import org.silotune.llm.model.DecoderConfig;
import org.silotune.llm.model.Forward;
import org.silotune.llm.plan.TrainedModel;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.tensor.CounterRandom;

/** What is trained: an adapter on a frozen base, or all weights of a model. */
interface Trainee {

  DecoderConfig config();

  /** Returns whether the weights themselves are trained, embedding and head too. */
  boolean trainsBase();

  /** Returns what memory sees of it. */
  TrainedModel model();

  /** Opens the scope of a fine-tune; the caller closes it. */
  NativeScope openTask(ComputeThread thread);

  /**
   * Builds forward passes on one set of leaves.
   *
   * @param leaves the trained tensors by name, owned by {@code scope}
   */
  Bound bind(NativeScope scope, Function<String, NativeTensor> leaves);

  /** Forward passes on one set of leaves. */
  interface Bound extends AutoCloseable {

    /**
     * Returns the forward pass of a batch.
     *
     * @param batch the batch's scope, which the pass is used inside of
     * @param step random numbers of the optimizer step
     * @param places of the batch's examples in the step
     */
    Forward forward(NativeScope batch, CounterRandom step, List<MicroBatch.Place> places);

    @Override
    void close();
  }
}
