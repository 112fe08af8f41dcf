package org.silotune.llm.checkpoint.source;

import java.util.Locale;
import java.util.regex.Pattern;
import org.silotune.llm.checkpoint.DType;
import org.silotune.llm.checkpoint.TensorInfo;
import org.silotune.llm.checkpoint.quant.Encoding;
import org.silotune.llm.checkpoint.quant.WeightForm;

/** The form in which the matrices of a frozen base are mapped into memory. */
public enum BaseFormat {
  /** Exact for float32, float16, bfloat16 and block-quantised files alike; 4 bytes a weight. */
  FLOAT32,
  /** Rounded to nearest unless the file holds bfloat16 already; 2 bytes a weight. */
  BFLOAT16,
  /** {@link Encoding#INT8}: 8 bits a weight and a scale an output. */
  INT8,
  /** {@link Encoding#NF4} in the layers, 4.127 bits a weight; int8 for embedding and head. */
  NF4,
  /** The blocks of a GGUF file, mapped where they lie. */
  GGUF;

  private static final Pattern IN_LAYER = Pattern.compile(".*\\.[0-9]+\\..*");

  /** GPT-2's maps, whose weights are (in, out). */
  private static final Pattern OUTPUTS_ARE_COLUMNS =
      Pattern.compile("(.*\\.)?(c_attn|c_proj|c_fc)\\.weight");

  /** Returns whether matrices are made of codes and scales wherever they are used. */
  public boolean isQuantised() {
    return switch (this) {
      case FLOAT32, BFLOAT16 -> false;
      case INT8, NF4, GGUF -> true;
    };
  }

  /** Returns how a tensor of floats is converted. Norms, biases and the like stay floats. */
  WeightForm form(TensorInfo tensor) {
    if (tensor.shape().length != 2 || !tensor.name().endsWith(".weight")) {
      return WeightForm.PLAIN;
    }
    return switch (this) {
      case FLOAT32, BFLOAT16 -> WeightForm.PLAIN;
      case INT8 -> int8(tensor);
      case NF4 ->
          IN_LAYER.matcher(tensor.name()).matches() ? WeightForm.of(Encoding.NF4) : int8(tensor);
      case GGUF -> throw new IllegalStateException("GGUF blocks are mapped, not converted");
    };
  }

  /** Returns the type in which a tensor in the {@linkplain #form plain form} is written. */
  DType plainType(TensorInfo tensor) {
    if (takes(tensor)) {
      return tensor.dtype();
    }
    return this == BFLOAT16 && tensor.shape().length > 1 ? DType.BF16 : DType.F32;
  }

  /** Returns whether a stored tensor is mapped as it lies; what is not floats is not used. */
  boolean takes(TensorInfo tensor) {
    return switch (tensor.dtype()) {
      case F32 -> this == FLOAT32 || tensor.shape().length < 2;
      case F16 -> this == FLOAT32;
      case BF16 -> this == BFLOAT16;
      default -> true;
    };
  }

  /** Returns the name of the converted file. */
  String fileName() {
    return this == FLOAT32 ? "model.safetensors" : "model-%s.safetensors".formatted(label());
  }

  /** Returns the name in configurations. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static WeightForm int8(TensorInfo tensor) {
    boolean columns = OUTPUTS_ARE_COLUMNS.matcher(tensor.name()).matches();
    return WeightForm.of(columns ? Encoding.INT8_COLUMNS : Encoding.INT8);
  }
}
