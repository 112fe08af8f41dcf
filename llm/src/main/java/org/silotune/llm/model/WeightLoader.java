package org.silotune.llm.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.DType;
import org.silotune.llm.checkpoint.PinnedMapping;
import org.silotune.llm.checkpoint.TensorInfo;
import org.silotune.llm.checkpoint.TensorSource;
import org.silotune.llm.checkpoint.quant.Codebook;
import org.silotune.llm.checkpoint.quant.Encoding;
import org.silotune.llm.checkpoint.quant.StoredWeights;
import org.silotune.llm.checkpoint.quant.WeightForm;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.script.ScriptModule;
import org.silotune.llm.script.StorageType;
import org.silotune.llm.script.TensorList;

/**
 * Brings weights into a scope: matrices by reference to their mapped pages, in the form that they
 * are stored in, norms and biases as float32 copies. Tensors of more than 2 GiB are copies too,
 * joined natively from their row blocks. On a GPU all are copies, made tensor by tensor, and the
 * pages leave this process as each is there; but the matrices of offloaded layers are referred to
 * on the processor, and copied wherever their layer computes.
 */
final class WeightLoader {

  private static final String JOIN =
      """
        def join(self, blocks: List[Tensor], shape: List[int]) -> Tensor:
          return torch.reshape(torch.cat(blocks, 0), shape)
      """;

  private final NativeScope scope;
  private final TensorSource source;
  private final StoredWeights stored;
  private final List<NativeTensor> codebooks = new ArrayList<>();

  private WeightLoader(NativeScope scope, TensorSource source) {
    this.scope = scope;
    this.source = source;
    this.stored = StoredWeights.of(source);
  }

  /**
   * Loads every weight of the architecture.
   *
   * @param offload whether the matrices of layers stay where their files are mapped
   * @throws LlmException if a tensor is missing, or has a shape or type that does not fit
   */
  static Map<String, HeldWeight> load(
      NativeScope scope, Architecture architecture, TensorSource source, boolean offload) {
    WeightLoader loader = new WeightLoader(scope, source);
    NativeScope layers = offload ? scope.openOnProcessor() : scope;
    Set<String> resident = architecture.weightsOutsideLayers();
    Map<String, HeldWeight> weights = new LinkedHashMap<>();
    try (ComputeThread thread = ComputeThread.enterToCopy()) {
      thread.requireCurrent();
      for (WeightSpec spec : architecture.weights().values()) {
        NativeScope place = resident.contains(spec.name()) ? scope : layers;
        weights.put(spec.name(), loader.load(spec, place));
      }
    }
    return weights;
  }

  /**
   * Loads a weight.
   *
   * @param place where a matrix is to lie; norms and biases lie where the model computes
   */
  private HeldWeight load(WeightSpec spec, NativeScope place) {
    String name = spec.name();
    WeightForm form = stored.form(name).orElse(WeightForm.PLAIN);
    List<NativeTensor> parts = new ArrayList<>();
    List<PinnedMapping> pages = new ArrayList<>();
    for (String part : form.partNames(name)) {
      TensorInfo info = checked(form, spec, source.info(part));
      if (info.shape().length < 2 && info.dtype().readsAsFloat()) {
        parts.add(scope.lastingFloats(source.floats(part), info.shape()));
      } else {
        parts.add(mapped(place, info, pages));
      }
    }
    if (form.encoding().isGgml()) {
      parts.add(place.viewed(parts.get(0), StorageType.FLOAT16));
    }
    if (form.encoding() == Encoding.NF4) {
      parts.addAll(codebooks());
    }
    return new HeldWeight(form, parts, pages);
  }

  /** Returns {@code found} if it is the part of the weight that its name says. */
  private static TensorInfo checked(WeightForm form, WeightSpec spec, TensorInfo found) {
    TensorInfo expected =
        form.parts(spec.name(), found.dtype(), spec.extents()).stream()
            .filter(part -> part.name().equals(found.name()))
            .findFirst()
            .orElseThrow();
    if (!Arrays.equals(expected.shape(), found.shape())) {
      throw new LlmException(
          "Invalid tensor %s: shape %s, config.json asks for %s; the two do not belong together"
              .formatted(
                  found.name(), Arrays.toString(found.shape()), Arrays.toString(expected.shape())));
    }
    if (expected.dtype() != found.dtype()) {
      throw new LlmException(
          "Invalid tensor %s: stored as %s, must be %s"
              .formatted(found.name(), found.dtype(), expected.dtype()));
    }
    if (!form.isDequantised() && !found.dtype().readsAsFloat()) {
      throw new LlmException(
          "Invalid tensor %s: stored as %s; known: F32, F16, BF16"
              .formatted(found.name(), found.dtype()));
    }
    return found;
  }

  /** One pair for all weights. */
  private List<NativeTensor> codebooks() {
    if (codebooks.isEmpty()) {
      for (Codebook codebook : List.of(Codebook.NORMAL_FLOAT_4, Codebook.DYNAMIC_8)) {
        float[] values = codebook.values();
        codebooks.add(scope.floats(values, values.length));
      }
    }
    return codebooks;
  }

  private NativeTensor mapped(NativeScope place, TensorInfo info, List<PinnedMapping> pages) {
    StorageType type = storage(info.dtype());
    long[] shape = info.shape();
    List<PinnedMapping> blocks = source.pin(info.name());
    if (blocks.size() == 1) {
      return whole(place, blocks.get(0), type, pages, shape);
    }
    try (NativeScope parts = place.open()) {
      List<NativeTensor> rows = new ArrayList<>();
      for (PinnedMapping block : blocks) {
        long elements = block.byteLength() / info.dtype().byteSize();
        rows.add(parts.mapped(block, type, blockShape(shape, elements)));
      }
      return join(place, rows, shape);
    }
  }

  private static StorageType storage(DType dtype) {
    return switch (dtype) {
      case F32 -> StorageType.FLOAT32;
      case F16 -> StorageType.FLOAT16;
      case BF16 -> StorageType.BFLOAT16;
      case I8 -> StorageType.INT8;
      case U8 -> StorageType.UINT8;
      default -> throw new IllegalStateException("Not a type of weights: " + dtype);
    };
  }

  private static NativeTensor whole(
      NativeScope place,
      PinnedMapping block,
      StorageType type,
      List<PinnedMapping> pages,
      long... shape) {
    NativeTensor tensor = place.mapped(block, type, shape);
    if (!place.device().isGpu()) {
      pages.add(block);
    } else if (PinnedMapping.isAdvisable()) {
      block.release();
    }
    return tensor;
  }

  private static long[] blockShape(long[] shape, long elements) {
    long[] block = shape.clone();
    long rowElements = 1;
    for (int i = 1; i < shape.length; i++) {
      rowElements *= shape[i];
    }
    block[0] = elements / rowElements;
    return block;
  }

  private static NativeTensor join(NativeScope place, List<NativeTensor> blocks, long... shape) {
    try (ComputeThread thread = ComputeThread.enterToCopy();
        ScriptModule script = ScriptModule.compile(place, JOIN);
        TensorList list = TensorList.of(blocks)) {
      thread.requireCurrent();
      return script.call("join").tensors(list).integers(shape).toTensor(place);
    }
  }
}
