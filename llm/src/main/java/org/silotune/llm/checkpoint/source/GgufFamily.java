package org.silotune.llm.checkpoint.source;

import org.silotune.llm.checkpoint.gguf.GgufTensor;

/** What the GGUF files of one architecture mean in Hugging Face's terms. */
interface GgufFamily {

  /** Returns the names of its tensors. */
  GgufNames names();

  /** Returns what undoes what the converter did to the tensor. */
  TensorTransform transform(GgufTensor tensor, GgufConfig config);

  /** Writes the keys of {@code config.json} that follow from the metadata. */
  void configure(GgufConfig config);
}
