package org.silotune.llm.checkpoint.source;

import java.io.IOException;
import java.util.List;
import org.silotune.llm.checkpoint.FloatSink;
import org.silotune.llm.checkpoint.TensorInfo;

/** Weights on their way to a file that can be mapped, under Hugging Face names. */
interface Weights {

  /** Returns the tensors of floats, in the types that they are stored in. */
  List<TensorInfo> tensors();

  /** Reads the values of one of them. */
  void read(String name, FloatSink to) throws IOException;
}
