package org.silotune.llm.checkpoint.source;

import java.io.IOException;
import org.silotune.llm.checkpoint.FloatSink;
import org.silotune.llm.checkpoint.gguf.GgufTensor;
import org.silotune.llm.checkpoint.gguf.GgufTensorReader;
import org.silotune.llm.checkpoint.quant.RowOrder;

/** What a GGUF converter did to a tensor, undone while it is copied. */
interface TensorTransform {

  /** Returns the shape of the result, outermost dimension first. */
  default long[] shape(GgufTensor tensor) {
    return tensor.shape();
  }

  /** Returns how the stored rows stand in the result, where no value has to be changed. */
  RowOrder order();

  /** Copies the tensor's values as float32. */
  void copy(GgufTensorReader from, FloatSink to) throws IOException;
}
