package org.silotune.llm.checkpoint.source;

import java.util.Locale;
import org.silotune.llm.checkpoint.DType;
import org.silotune.llm.checkpoint.TensorInfo;

/** The form in which the matrices of a frozen base are mapped into memory. */
public enum BaseFormat {
  /** Exact for float32, float16, bfloat16 and block-quantised files alike; 4 bytes a weight. */
  FLOAT32(DType.F32),
  /** Rounded to nearest unless the file holds bfloat16 already; 2 bytes a weight. */
  BFLOAT16(DType.BF16);

  private final DType matrices;

  BaseFormat(DType matrices) {
    this.matrices = matrices;
  }

  /** Returns how a float32 tensor is written: matrices in this form, norms and biases as floats. */
  TensorInfo of(TensorInfo tensor) {
    DType dtype = tensor.shape().length > 1 ? matrices : DType.F32;
    return new TensorInfo(tensor.name(), dtype, tensor.shape());
  }

  /** Returns whether a stored tensor is mapped as it lies. */
  boolean takes(TensorInfo tensor) {
    return switch (tensor.dtype()) {
      case F32 -> this == FLOAT32 || tensor.shape().length < 2;
      case F16 -> this == FLOAT32;
      case BF16 -> this == BFLOAT16;
      default -> false;
    };
  }

  /** Returns the name of the converted file. */
  String fileName() {
    return this == FLOAT32
        ? "model.safetensors"
        : "model-%s.safetensors".formatted(name().toLowerCase(Locale.ROOT));
  }
}
