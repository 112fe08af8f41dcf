package org.silotune.llm.checkpoint.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.silotune.llm.checkpoint.DType;
import org.silotune.llm.checkpoint.FloatReader;
import org.silotune.llm.checkpoint.TensorInfo;
import org.silotune.llm.checkpoint.TensorSink;
import org.silotune.llm.checkpoint.TensorSource;

/** Safetensors weights in the types of a {@link BaseFormat}. */
final class RecodedWeights implements Weights {

  private static final int CHUNK = 1 << 16;

  private final TensorSource source;
  private final BaseFormat format;

  RecodedWeights(TensorSource source, BaseFormat format) {
    this.source = source;
    this.format = format;
  }

  /** Returns whether the source has tensors that cannot be used where they lie. */
  static boolean needed(TensorSource source, BaseFormat format) {
    return source.names().stream().map(source::info).anyMatch(tensor -> !format.takes(tensor));
  }

  @Override
  public List<TensorInfo> layout() {
    return source.names().stream().map(source::info).map(this::recoded).toList();
  }

  @Override
  public void write(TensorInfo tensor, TensorSink sink) throws IOException {
    DType stored = source.info(tensor.name()).dtype();
    for (ByteBuffer block : source.map(tensor.name())) {
      if (stored == tensor.dtype()) {
        sink.bytes(block);
      } else {
        recode(stored, block, sink);
      }
    }
  }

  private TensorInfo recoded(TensorInfo tensor) {
    return format.takes(tensor) ? tensor : format.of(tensor);
  }

  private static void recode(DType stored, ByteBuffer block, TensorSink sink) throws IOException {
    float[] values = new float[CHUNK];
    while (block.hasRemaining()) {
      int bytes = Math.min(CHUNK * stored.byteSize(), block.remaining());
      ByteBuffer chunk = block.slice(block.position(), bytes).order(ByteOrder.LITTLE_ENDIAN);
      sink.floats(values, 0, FloatReader.read(stored, chunk, values, 0));
      block.position(block.position() + bytes);
    }
  }
}
