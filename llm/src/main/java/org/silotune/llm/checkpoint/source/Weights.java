package org.silotune.llm.checkpoint.source;

import java.io.IOException;
import java.util.List;
import org.silotune.llm.checkpoint.TensorInfo;
import org.silotune.llm.checkpoint.TensorSink;

/** Weights on their way to a file that can be mapped. */
interface Weights {

  /** Returns the tensors that the file will hold. */
  List<TensorInfo> layout();

  /** Appends the converted values of one of them. */
  void write(TensorInfo tensor, TensorSink sink) throws IOException;
}
