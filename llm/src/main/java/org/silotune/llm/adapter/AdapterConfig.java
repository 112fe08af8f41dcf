package org.silotune.llm.adapter;

import java.io.Serializable;
import java.util.function.Function;
import org.silotune.llm.model.BoundAdapter;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.tensor.NamedTensors;

/** What is trained beside a frozen base model. */
public sealed interface AdapterConfig extends Serializable permits LoraConfig {

  /** The probability that a coordinate of an adapted map's input is left out while training. */
  double dropout();

  /**
   * Returns fresh parameters, by PEFT's names, that leave the model's output as it is.
   *
   * @throws org.silotune.llm.LlmException if the model lacks something that is to be adapted
   */
  NamedTensors initialise(DecoderModel model, long seed);

  /**
   * Checks that parameters have the names and shapes that this adapter has on {@code model}.
   *
   * @throws org.silotune.llm.LlmException that names the first difference
   */
  void requireFits(DecoderModel model, NamedTensors adapter);

  /**
   * Returns what training this adapter on {@code model} takes beside the model.
   *
   * @throws org.silotune.llm.LlmException if the model lacks something that is to be adapted
   */
  AdapterFootprint footprint(DecoderModel model);

  /**
   * Attaches native parameters to the layers.
   *
   * @param tensors the parameters by name, which must stay open as long as the result
   * @return the bound adapter, which the caller closes
   */
  BoundAdapter bind(DecoderModel model, Function<String, NativeTensor> tensors);

  /**
   * Copies parameters into {@code scope} and attaches them, for inference.
   *
   * @return the bound adapter, which the caller closes before the scope
   */
  default BoundAdapter load(NativeScope scope, DecoderModel model, NamedTensors adapter) {
    requireFits(model, adapter);
    return bind(model, name -> scope.lastingFloats(adapter.values(name), adapter.shape(name)));
  }
}
