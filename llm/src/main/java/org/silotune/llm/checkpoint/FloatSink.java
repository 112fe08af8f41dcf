package org.silotune.llm.checkpoint;

import java.io.IOException;

/** Takes the values of one tensor, row-major, piece by piece. */
@FunctionalInterface
public interface FloatSink {

  /** Takes {@code count} values from {@code offset} on. */
  void floats(float[] values, int offset, int count) throws IOException;
}
