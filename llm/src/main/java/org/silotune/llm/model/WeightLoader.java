package org.silotune.llm.model;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.TensorInfo;
import org.silotune.llm.checkpoint.TensorSource;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.script.ScriptModule;
import org.silotune.llm.script.StorageType;
import org.silotune.llm.script.TensorList;

/**
 * Brings weights into a scope by reference to their mapped pages, in the type that they are stored
 * in; tensors of more than 2 GiB are joined natively from their row blocks.
 */
final class WeightLoader {

  private static final String JOIN =
      """
        def join(self, blocks: List[Tensor], shape: List[int]) -> Tensor:
          return torch.reshape(torch.cat(blocks, 0), shape)
      """;

  private final NativeScope scope;
  private final TensorSource source;

  private WeightLoader(NativeScope scope, TensorSource source) {
    this.scope = scope;
    this.source = source;
  }

  /**
   * Loads every tensor of the architecture.
   *
   * @throws LlmException if a tensor is missing, or has a shape or type that does not fit
   */
  static Map<String, NativeTensor> load(
      NativeScope scope, Architecture architecture, TensorSource source) {
    WeightLoader loader = new WeightLoader(scope, source);
    Map<String, NativeTensor> tensors = new LinkedHashMap<>();
    architecture.weights().forEach((name, spec) -> tensors.put(name, loader.load(name, spec)));
    return tensors;
  }

  private NativeTensor load(String name, WeightSpec spec) {
    TensorInfo info = source.info(name);
    if (!Arrays.equals(info.shape(), spec.extents())) {
      throw new LlmException(
          "Invalid tensor %s: shape %s, config.json asks for %s; the two do not belong together"
              .formatted(name, Arrays.toString(info.shape()), spec.shape()));
    }
    return switch (info.dtype()) {
      case F32 -> mapped(info, StorageType.FLOAT32);
      case F16 -> mapped(info, StorageType.FLOAT16);
      case BF16 -> mapped(info, StorageType.BFLOAT16);
      default ->
          throw new LlmException(
              "Invalid tensor %s: stored as %s; known: F32, F16, BF16"
                  .formatted(name, info.dtype()));
    };
  }

  private NativeTensor mapped(TensorInfo info, StorageType type) {
    List<ByteBuffer> blocks = source.map(info.name());
    if (blocks.size() == 1) {
      return scope.mapped(blocks.get(0), type, info.shape());
    }
    try (NativeScope parts = scope.open()) {
      List<NativeTensor> rows = new ArrayList<>();
      for (ByteBuffer block : blocks) {
        rows.add(
            parts.mapped(
                block, type, blockShape(info, block.remaining() / info.dtype().byteSize())));
      }
      return join(rows, info.shape());
    }
  }

  private static long[] blockShape(TensorInfo info, long elements) {
    long[] shape = info.shape();
    shape[0] = elements / (info.elementCount() / shape[0]);
    return shape;
  }

  private NativeTensor join(List<NativeTensor> blocks, long[] shape) {
    try (ScriptModule script = ScriptModule.compile(scope, JOIN);
        TensorList list = TensorList.of(blocks)) {
      return script.call("join").tensors(list).integers(shape).toTensor(scope);
    }
  }
}
