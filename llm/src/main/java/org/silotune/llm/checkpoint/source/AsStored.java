package org.silotune.llm.checkpoint.source;

import java.io.IOException;
import org.silotune.llm.checkpoint.FloatSink;
import org.silotune.llm.checkpoint.gguf.GgufTensorReader;
import org.silotune.llm.checkpoint.quant.RowOrder;

/** The values as they are, plus a constant: GGUF files of Gemma hold norm weights plus one. */
final class AsStored implements TensorTransform {

  /** A multiple of every block size. */
  private static final int CHUNK = 1 << 18;

  private final float plus;

  AsStored(float plus) {
    this.plus = plus;
  }

  @Override
  public RowOrder order() {
    return RowOrder.PLAIN;
  }

  @Override
  public void copy(GgufTensorReader from, FloatSink to) throws IOException {
    long total = from.tensor().elementCount();
    float[] values = new float[(int) Math.min(CHUNK, total)];
    for (long done = 0; done < total; ) {
      int count = (int) Math.min(CHUNK, total - done);
      from.read(done, count, values, 0);
      if (plus != 0) {
        for (int i = 0; i < count; i++) {
          values[i] += plus;
        }
      }
      to.floats(values, 0, count);
      done += count;
    }
  }
}
