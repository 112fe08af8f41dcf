package org.silotune.llm.checkpoint.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.util.List;
import org.silotune.llm.checkpoint.DType;
import org.silotune.llm.checkpoint.HalfFloats;
import org.silotune.llm.checkpoint.TensorInfo;
import org.silotune.llm.checkpoint.TensorSink;
import org.silotune.llm.checkpoint.TensorSource;

/** Safetensors weights whose BF16 tensors become F32, exactly; the others stay as they are. */
final class WidenedWeights implements Weights {

  private static final int CHUNK = 1 << 16;

  private final TensorSource source;

  WidenedWeights(TensorSource source) {
    this.source = source;
  }

  /** Returns whether the source has tensors that cannot be used where they lie. */
  static boolean needed(TensorSource source) {
    return source.names().stream().anyMatch(name -> source.info(name).dtype() == DType.BF16);
  }

  @Override
  public List<TensorInfo> layout() {
    return source.names().stream().map(source::info).map(WidenedWeights::widened).toList();
  }

  @Override
  public void write(TensorInfo tensor, TensorSink sink) throws IOException {
    boolean widen = source.info(tensor.name()).dtype() == DType.BF16;
    for (ByteBuffer block : source.map(tensor.name())) {
      if (widen) {
        widen(block.order(ByteOrder.LITTLE_ENDIAN).asShortBuffer(), sink);
      } else {
        sink.bytes(block);
      }
    }
  }

  private static TensorInfo widened(TensorInfo info) {
    return info.dtype() == DType.BF16 ? new TensorInfo(info.name(), DType.F32, info.shape()) : info;
  }

  private static void widen(ShortBuffer bits, TensorSink sink) throws IOException {
    float[] values = new float[CHUNK];
    while (bits.hasRemaining()) {
      int count = Math.min(CHUNK, bits.remaining());
      for (int i = 0; i < count; i++) {
        values[i] = HalfFloats.fromBf16(bits.get());
      }
      sink.floats(values, 0, count);
    }
  }
}
