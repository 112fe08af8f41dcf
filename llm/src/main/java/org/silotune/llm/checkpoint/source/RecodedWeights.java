package org.silotune.llm.checkpoint.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.silotune.llm.checkpoint.DType;
import org.silotune.llm.checkpoint.FloatReader;
import org.silotune.llm.checkpoint.FloatSink;
import org.silotune.llm.checkpoint.PinnedMapping;
import org.silotune.llm.checkpoint.TensorInfo;
import org.silotune.llm.checkpoint.TensorSource;

/** Safetensors weights on their way to another {@link BaseFormat}. */
final class RecodedWeights implements Weights {

  private static final int CHUNK = 1 << 16;

  private final TensorSource source;

  RecodedWeights(TensorSource source) {
    this.source = source;
  }

  /** Returns whether the source has tensors that cannot be used where they lie. */
  static boolean needed(TensorSource source, BaseFormat format) {
    return source.names().stream().map(source::info).anyMatch(tensor -> !format.takes(tensor));
  }

  @Override
  public List<TensorInfo> tensors() {
    return source.names().stream()
        .map(source::info)
        .filter(tensor -> tensor.dtype().readsAsFloat())
        .toList();
  }

  @Override
  public void read(String name, FloatSink to) throws IOException {
    if (source.info(name).elementCount() == 0) {
      return;
    }
    for (PinnedMapping mapping : source.pin(name)) {
      read(source.info(name).dtype(), mapping.bytes(), to);
      if (PinnedMapping.isAdvisable()) {
        mapping.release(); // else all of the file would be in memory when the last one is read
      }
    }
  }

  private static void read(DType stored, ByteBuffer block, FloatSink to) throws IOException {
    float[] values = new float[CHUNK];
    while (block.hasRemaining()) {
      int bytes = Math.min(CHUNK * stored.byteSize(), block.remaining());
      ByteBuffer chunk = block.slice(block.position(), bytes).order(ByteOrder.LITTLE_ENDIAN);
      to.floats(values, 0, FloatReader.read(stored, chunk, values, 0));
      block.position(block.position() + bytes);
    }
  }
}
