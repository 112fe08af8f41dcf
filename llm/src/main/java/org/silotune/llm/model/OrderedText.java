package org.silotune.llm.model;

import java.util.List;
import org.silotune.llm.checkpoint.quant.RowOrder;

/** A matrix whose rows are stored in another order than the model's. */
record OrderedText(WeightText stored, RowOrder order) implements WeightText {

  @Override
  public int partCount() {
    return stored.partCount();
  }

  @Override
  public String matrix(List<String> parts, long rows, long columns, int dtype) {
    if (order.kind() == RowOrder.Kind.TRANSPOSED) {
      return "torch.t(%s)".formatted(stored.matrix(parts, columns, rows, dtype));
    }
    return "torch.reshape(torch.transpose(torch.reshape(%s, [%d, %d, 2, %d]), 1, 2), [%d, %d])"
        .formatted(
            stored.matrix(parts, rows, columns, dtype),
            order.heads(),
            rows / order.heads() / 2,
            columns,
            rows,
            columns);
  }

  @Override
  public String rows(List<String> parts, long columns, String indices, int dtype) {
    throw new IllegalStateException("Embeddings are stored in the model's order");
  }

  @Override
  public String method() {
    return stored.method();
  }
}
