package org.silotune.llm.model;

/**
 * How the examples of a batch attend, each to itself: common to all families.
 *
 * <p>The heads of keys and values are repeated rather than grouped by the operator, which would
 * leave the fast kernel on the CPU. Mostly that kernel attends (flash attention, arXiv 2205.14135).
 * In bfloat16 on a processor an example of up to {@link #PRODUCTS_UP_TO} tokens attends by two
 * products with the whole softmax between them: these a processor with matrix instructions for
 * bfloat16 computes at its full speed, the kernel does not, and takes 1.5 to 4 times as long
 * forwards and backwards ({@code docs/benchmarks.md}). Scores and probabilities are then bfloat16
 * too, as in transformers' eager attention but for the softmax's input, and the probabilities are
 * kept.
 */
public final class AttentionScript {

  /** Tokens up to which an example attends by products, in bfloat16 on a processor. */
  static final int PRODUCTS_UP_TO = 512;

  private AttentionScript() {}

  /**
   * Returns how many values a layer keeps for its backward pass beside its {@link KeptStates}, at
   * most: of an example that is too long for products it keeps none.
   *
   * @param tokens of all examples
   * @param longest tokens of the longest
   */
  public static long keptValues(
      DecoderConfig config, ComputeType compute, boolean isOnGpu, int tokens, int longest) {
    return attendsByProducts(compute) && !isOnGpu
        ? (long) config.headCount() * tokens * Math.min(longest, PRODUCTS_UP_TO)
        : 0;
  }

  static String of(ComputeType compute) {
    return TEXT.replace("PRODUCTS", attendsByProducts(compute) ? "q.is_cpu" : "False")
        .replace("UP_TO", Integer.toString(PRODUCTS_UP_TO));
  }

  private static boolean attendsByProducts(ComputeType compute) {
    return compute == ComputeType.BFLOAT16;
  }

  /** The mask of the products is a number that bfloat16 holds and no score comes near. */
  private static final String TEXT =
      """
        def by_products(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
          T = torch.size(q, 1)
          future = torch.triu(torch.full([T, T], -3.0e+38, dtype=COMPUTE, device=q.device), 1)
          scores = torch.bmm(torch.mul(q, SCALE), torch.transpose(k, 1, 2))
          return torch.bmm(torch.softmax(torch.add_(scores, future, alpha=1), -1), v)

        def causal_example(self, q: Tensor, k: Tensor, v: Tensor, window: int) -> Tensor:
          T = torch.size(q, 0)
          q = torch.transpose(q, 0, 1)
          k = torch.transpose(k, 0, 1)
          v = torch.transpose(v, 0, 1)
          whole = window == 0 or T <= window
          if whole and T <= UP_TO and PRODUCTS:
            o = self.by_products(q, k, v)
          else:
            q = torch.unsqueeze(q, 0)
            k = torch.unsqueeze(k, 0)
            v = torch.unsqueeze(v, 0)
            if whole:
              o = torch.scaled_dot_product_attention(q, k, v, None, 0., True, scale=SCALE)
            else:
              at = torch.arange(T, dtype=4, device=q.device)
              back = torch.unsqueeze(at, 1) - torch.unsqueeze(at, 0)
              seen = torch.logical_and(torch.ge(back, 0), torch.lt(back, window))
              o = torch.scaled_dot_product_attention(q, k, v, seen, 0., False, scale=SCALE)
            o = torch.squeeze(o, 0)
          return torch.reshape(torch.transpose(o, 0, 1), [T, QUERY_WIDTH])

        def causal_attention(self, q: Tensor, k: Tensor, v: Tensor, lens: List[int], window: int) -> Tensor:
          qs = torch.split_with_sizes(q, lens, 0)
          ks = torch.split_with_sizes(torch.repeat_interleave(k, REPEAT, 1), lens, 0)
          vs = torch.split_with_sizes(torch.repeat_interleave(v, REPEAT, 1), lens, 0)
          outputs = annotate(List[Tensor], [])
          for i in range(torch.len(lens)):
            _0 = torch.append(outputs, self.causal_example(qs[i], ks[i], vs[i], window))
          return torch.cat(outputs, 0)

      """;
}
