package org.silotune.llm.checkpoint.quant;

import java.io.IOException;
import org.silotune.llm.checkpoint.FloatSink;

/** The values of one tensor, read anew as often as a quantiser asks. */
@FunctionalInterface
public interface FloatStream {

  /** Reads all values in row-major order. */
  void read(FloatSink to) throws IOException;
}
