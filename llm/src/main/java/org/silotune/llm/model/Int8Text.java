package org.silotune.llm.model;

import java.util.List;
import org.silotune.llm.checkpoint.quant.Encoding;

/** {@link Encoding#INT8} and its twin by columns. */
record Int8Text(Encoding encoding) implements WeightText {

  private static final String METHOD =
      """
        def int8(self, codes: Tensor, scales: Tensor) -> Tensor:
          return torch.mul_(torch.to(codes, 6), scales)

      """;

  @Override
  public int partCount() {
    return 2;
  }

  @Override
  public String matrix(List<String> parts, long rows, long columns, int dtype) {
    return "torch.to(self.int8(%s, %s), %d)".formatted(parts.get(0), parts.get(1), dtype);
  }

  @Override
  public String rows(List<String> parts, long columns, String indices, int dtype) {
    String scales =
        encoding == Encoding.INT8
            ? "torch.index_select(%s, 0, %s)".formatted(parts.get(1), indices)
            : parts.get(1);
    return "torch.to(self.int8(torch.index_select(%s, 0, %s), %s), %d)"
        .formatted(parts.get(0), indices, scales, dtype);
  }

  @Override
  public String method() {
    return METHOD;
  }
}
