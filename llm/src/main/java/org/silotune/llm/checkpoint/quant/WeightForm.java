package org.silotune.llm.checkpoint.quant;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.DType;
import org.silotune.llm.checkpoint.TensorInfo;

/**
 * How a weight is held: what its parts are and how the matrix comes out of them.
 *
 * @param encoding of the values
 * @param order of the rows
 */
public record WeightForm(Encoding encoding, RowOrder order) {

  /** One tensor, as it is. */
  public static final WeightForm PLAIN = new WeightForm(Encoding.PLAIN, RowOrder.PLAIN);

  public WeightForm {
    requireNonNull(encoding, "encoding");
    requireNonNull(order, "order");
  }

  /** Returns the form of values in the model's own order. */
  public static WeightForm of(Encoding encoding) {
    return new WeightForm(encoding, RowOrder.PLAIN);
  }

  /** Returns whether the matrix is made anew of its parts wherever it is used. */
  public boolean isDequantised() {
    return encoding != Encoding.PLAIN;
  }

  /**
   * Returns the parts of a matrix of {@code shape}; of a plain one, of type {@code plain}.
   *
   * @throws LlmException if rows are not whole blocks of ggml
   */
  public List<TensorInfo> parts(String weight, DType plain, long... shape) {
    List<String> names = partNames(weight);
    if (encoding == Encoding.PLAIN) {
      return List.of(new TensorInfo(names.get(0), plain, stored(shape)));
    }
    if (shape.length != 2) {
      throw new LlmException(
          "Invalid tensor %s: held as %s, which only matrices are"
              .formatted(names.get(0), encoding));
    }
    long rows = stored(shape)[0];
    long columns = stored(shape)[1];
    return switch (encoding) {
      case INT8 ->
          List.of(
              new TensorInfo(names.get(0), DType.I8, rows, columns),
              new TensorInfo(names.get(1), DType.F32, rows, 1));
      case INT8_COLUMNS ->
          List.of(
              new TensorInfo(names.get(0), DType.I8, rows, columns),
              new TensorInfo(names.get(1), DType.F32, 1, columns));
      case NF4 -> {
        int blocks = NormalFloatQuantiser.blocks(Math.multiplyExact(rows, columns));
        int groups = (blocks + NormalFloatQuantiser.GROUP - 1) / NormalFloatQuantiser.GROUP;
        yield List.of(
            new TensorInfo(names.get(0), DType.U8, blocks, NormalFloatQuantiser.BLOCK / 2),
            new TensorInfo(names.get(1), DType.U8, blocks),
            new TensorInfo(names.get(2), DType.F32, 1 + groups));
      }
      default -> {
        if (columns % encoding.blockSize() != 0) {
          throw new LlmException(
              "Invalid tensor %s: rows of %d values are not whole blocks of %d"
                  .formatted(names.get(0), columns, encoding.blockSize()));
        }
        yield List.of(
            new TensorInfo(
                names.get(0),
                DType.U8,
                rows,
                columns / encoding.blockSize(),
                encoding.blockBytes()));
      }
    };
  }

  private long[] stored(long[] shape) {
    return order.kind() == RowOrder.Kind.TRANSPOSED ? new long[] {shape[1], shape[0]} : shape;
  }

  /** Returns the names of the parts of a weight, the values first. */
  public List<String> partNames(String weight) {
    StringBuilder form = new StringBuilder(weight);
    if (encoding != Encoding.PLAIN) {
      form.append('.').append(encoding.label());
    }
    if (order.kind() != RowOrder.Kind.PLAIN) {
      form.append('.').append(order.label());
    }
    return encoding.parts().stream().map(part -> form + part).toList();
  }
}
