package org.silotune.llm.model;

import java.util.Set;

/** What SiloTune knows of a family of models; one small file each. */
interface DecoderFamily {

  /** Returns the family's {@code model_type} in config.json. */
  String modelType();

  /** Returns the key of the number of layers in config.json. */
  default String layerCountKey() {
    return "num_hidden_layers";
  }

  /**
   * Returns whether the hidden states of its models stay below float16's largest value, 65504; of a
   * family whose models were trained in bfloat16 they need not.
   */
  default boolean fitsFloat16() {
    return true;
  }

  /**
   * Reads the sizes of a file whose number of layers is in range, and checks that nothing in the
   * file asks for what the family's script lacks.
   */
  DecoderConfig config(HfConfig json);

  /**
   * Returns the layer's text.
   *
   * @param tensorNames the names in the weight files, for families whose files name them in two
   *     ways
   */
  BlockScript block(DecoderConfig config, HfConfig json, Set<String> tensorNames);
}
