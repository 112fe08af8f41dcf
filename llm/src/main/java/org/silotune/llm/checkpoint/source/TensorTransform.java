package org.silotune.llm.checkpoint.source;

import java.io.IOException;
import org.silotune.llm.checkpoint.TensorSink;
import org.silotune.llm.checkpoint.gguf.GgufTensor;
import org.silotune.llm.checkpoint.gguf.GgufTensorReader;

/** What a GGUF converter did to a tensor, undone while it is copied. */
interface TensorTransform {

  /** Returns the shape of the result, outermost dimension first. */
  default long[] shape(GgufTensor tensor) {
    return tensor.shape();
  }

  /** Copies the tensor's values as float32. */
  void copy(GgufTensorReader from, TensorSink to) throws IOException;
}
