package org.silotune.llm.model;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.silotune.llm.checkpoint.DType;
import org.silotune.llm.checkpoint.TensorSource;
import org.silotune.llm.checkpoint.quant.Encoding;
import org.silotune.llm.checkpoint.quant.RowOrder;
import org.silotune.llm.checkpoint.quant.StoredWeights;
import org.silotune.llm.checkpoint.quant.WeightForm;
import org.silotune.llm.script.TensorDevice;

/**
 * What a frozen base takes, and what is made of it where it computes: a matrix that is not stored
 * in the type of the products is made in it for every product, and kept as long as the product's
 * backward pass may come.
 *
 * @param residentBytes of the tensors that stay: all, or without the layers that are offloaded
 * @param passingBytes of the largest layer that is offloaded, 0 where none is
 * @param layers what is made for all layers together
 * @param largestLayer what is made for the layer that makes most
 * @param head what is made for the output head
 * @param layerByLayer whether layers are recomputed unless asked not to be: it is quantised or
 *     offloaded, or on a GPU, whose size no setting tells
 */
public record BaseFootprint(
    long residentBytes,
    long passingBytes,
    Made layers,
    Made largestLayer,
    Made head,
    boolean layerByLayer) {

  /** No frozen weights: all of them are trained. */
  public static final BaseFootprint NONE =
      new BaseFootprint(0, 0, Made.NOTHING, Made.NOTHING, Made.NOTHING, false);

  /**
   * Matrices that are made.
   *
   * @param bytes of the matrices
   * @param scratchBytes the most that making one of them takes beside the others
   */
  public record Made(long bytes, long scratchBytes) {

    static final Made NOTHING = new Made(0, 0);

    /** Returns the most that is in memory while the last one is made. */
    public long peakBytes() {
      return bytes + scratchBytes;
    }

    private Made plus(Made other) {
      return new Made(bytes + other.bytes, Math.max(scratchBytes, other.scratchBytes));
    }
  }

  /** Returns the footprint of a source's tensors for an architecture. */
  static BaseFootprint of(
      Architecture architecture, TensorSource source, ModelOptions options, TensorDevice device) {
    ComputeType compute = options.compute();
    StoredWeights stored = StoredWeights.of(source);
    BlockScript block = architecture.block();
    Made layers = Made.NOTHING;
    Made largest = Made.NOTHING;
    long layerBytes = 0;
    long largestBytes = 0;
    for (int layer = 0; layer < architecture.config().layerCount(); layer++) {
      Made made = made(block.layerWeights(), block.layerPrefix(layer), stored, source, compute);
      layers = layers.plus(made);
      long bytes = mapped(block.layerWeights(), block.layerPrefix(layer), stored, source);
      layerBytes += bytes;
      largestBytes = Math.max(largestBytes, bytes);
      largest = made.peakBytes() > largest.peakBytes() ? made : largest;
    }
    Made head = made(block.headWeights(), "", stored, source, compute);
    boolean quantised =
        architecture.weights().keySet().stream()
            .anyMatch(name -> form(stored, name).isDequantised());
    Set<WeightSpec> others = new LinkedHashSet<>(block.embeddingWeights());
    others.addAll(block.headWeights());
    long resident = mapped(others, "", stored, source) + (options.offload() ? 0 : layerBytes);
    var footprint =
        new BaseFootprint(
            resident,
            options.offload() ? largestBytes : 0,
            layers,
            largest,
            head,
            quantised || options.offload());
    return device.isGpu() ? footprint.onGpu() : footprint;
  }

  /** Returns what is resident of the mapped tensors at once: of layers that are offloaded, two. */
  public long mappedBytes() {
    return residentBytes + 2 * passingBytes;
  }

  /**
   * Returns the most that a pass copies to another device of an offloaded layer: of blocks of GGUF
   * codes and scales, each whole.
   */
  public long broughtBytes() {
    return 2 * passingBytes;
  }

  /** Returns the same base as copies in a GPU's memory, which nobody knows the size of. */
  public BaseFootprint onGpu() {
    return new BaseFootprint(
        residentBytes, passingBytes, layers, largestLayer, head, /* layerByLayer= */ true);
  }

  private static long mapped(
      Collection<WeightSpec> weights, String prefix, StoredWeights stored, TensorSource source) {
    long bytes = 0;
    for (WeightSpec weight : weights) {
      String name = prefix + weight.name();
      for (String part : form(stored, name).partNames(name)) {
        bytes += source.info(part).byteLength();
      }
    }
    return bytes;
  }

  private static Made made(
      List<WeightSpec> weights,
      String prefix,
      StoredWeights stored,
      TensorSource source,
      ComputeType compute) {
    Made sum = Made.NOTHING;
    for (WeightSpec weight : weights) {
      if (weight.shape().size() > 1) {
        String name = prefix + weight.name();
        WeightForm form = form(stored, name);
        DType dtype = source.info(form.partNames(name).get(0)).dtype();
        sum = sum.plus(made(size(weight), form, dtype, compute));
      }
    }
    return sum;
  }

  private static Made made(long values, WeightForm form, DType dtype, ComputeType compute) {
    long result = values * compute.bytes();
    if (!form.isDequantised()) {
      DType wanted =
          switch (compute) {
            case FLOAT32 -> DType.F32;
            case BFLOAT16 -> DType.BF16;
            case FLOAT16 -> DType.F16;
          };
      return dtype == wanted ? Made.NOTHING : new Made(result, 0);
    }
    long cast = compute == ComputeType.FLOAT32 ? 0 : values * Float.BYTES;
    long reordered = form.order().kind() == RowOrder.Kind.ROTARY ? result : 0;
    return new Made(
        result, Math.max(Math.max(cast, reordered), unpacking(form.encoding(), values)));
  }

  /** The codes as integers, before they are floats: see the texts of the encodings. */
  private static long unpacking(Encoding encoding, long values) {
    return switch (encoding) {
      case PLAIN, INT8, INT8_COLUMNS -> 0;
      case NF4 -> values / 2 * Integer.BYTES;
      default -> 2 * values;
    };
  }

  private static long size(WeightSpec weight) {
    return weight.shape().stream().reduce(1L, Math::multiplyExact);
  }

  private static WeightForm form(StoredWeights stored, String name) {
    return stored.form(name).orElse(WeightForm.PLAIN);
  }
}
