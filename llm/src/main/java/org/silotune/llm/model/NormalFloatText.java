package org.silotune.llm.model;

import java.util.List;
import org.silotune.llm.checkpoint.quant.Encoding;

/**
 * {@link Encoding#NF4}: a byte's two values are looked up at once, as the two parts of a complex
 * number, then scaled in place. The two codebooks follow the stored parts: a table written in the
 * text would be copied to a GPU wherever it is used, which waits for the GPU.
 */
record NormalFloatText() implements WeightText {

  private static final String METHOD =
      """
        def nf4(self, codes: Tensor, block_scales: Tensor, scales: Tensor, values: Tensor, dynamic: Tensor) -> Tensor:
          pairs = torch.complex(torch.repeat_interleave(values, 16), torch.repeat(values, [16]))
          B = torch.size(codes, 0)
          mean = torch.slice(scales, 0, 0, 1, 1)
          groups = torch.slice(torch.repeat_interleave(torch.slice(scales, 0, 1, 9223372036854775807, 1), 256), 0, 0, B, 1)
          a = torch.index_select(dynamic, 0, torch.to(block_scales, 3))
          a = torch.add_(torch.mul_(a, groups), mean)
          x = torch.view_as_real(torch.index_select(pairs, 0, torch.to(torch.reshape(codes, [-1]), 3)))
          return torch.mul_(torch.view(x, [B, 64]), torch.unsqueeze(a, 1))

      """;

  @Override
  public int partCount() {
    return 5;
  }

  @Override
  public String matrix(List<String> parts, long rows, long columns, int dtype) {
    return "torch.to(torch.reshape(torch.slice(torch.reshape(self.nf4(%s), [-1]), 0, 0, %d, 1), [%d, %d]), %d)"
        .formatted(String.join(", ", parts), rows * columns, rows, columns, dtype);
  }

  @Override
  public String rows(List<String> parts, long columns, String indices, int dtype) {
    throw new IllegalStateException("Embeddings are held in int8");
  }

  @Override
  public String method() {
    return METHOD;
  }
}
