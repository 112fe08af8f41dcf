package org.silotune.llm.model;

import com.fasterxml.jackson.databind.JsonNode;
import org.silotune.llm.checkpoint.TensorSource;
import org.silotune.llm.script.NativeScope;

/** Brings a base model into native memory. */
public final class ModelLoader {

  private ModelLoader() {}

  /**
   * Loads a model; the source may be closed afterwards, its mappings stay.
   *
   * @param ref which model it is
   * @param config its config.json
   * @param source its tensors, by Hugging Face names
   * @throws org.silotune.llm.LlmException if the model's family or a tensor is not as expected
   */
  public static DecoderModel load(BaseModelRef ref, JsonNode config, TensorSource source) {
    Architecture architecture = Architecture.of(config, source.names());
    NativeScope scope = NativeScope.openOnCpu();
    try {
      return new DecoderModel(
          ref,
          architecture,
          scope,
          WeightLoader.load(scope, architecture, source),
          WeightLoader.hasHalfPrecision(architecture, source));
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }
}
