package org.silotune.llm.model;

/**
 * The forward pass of a decoder as TorchScript text: a family's {@link BlockScript} and what is
 * common to all families.
 *
 * <p>Legend: N tokens of all examples in a row, T of one example, D hidden size, H heads, V
 * vocabulary; lens the examples' lengths, which add up to N; window as in {@link LayerAttention}.
 * Every product runs on the concatenation, attention example by example: there is no padding. The
 * heads of keys and values are repeated rather than grouped by the operator, which would leave the
 * fast kernel on the CPU. {@link DecodingScript} adds what a sequence with a memory needs. Products
 * run in the {@link ComputeType}; logits and losses are float32. Dtype codes: 4 int64, 5 float16, 6
 * float32, 7 float64, 15 bfloat16.
 */
final class DecoderScript {

  private DecoderScript() {}

  static String of(
      DecoderConfig config,
      BlockScript block,
      ScriptVariant variant,
      WeightForms forms,
      ComputeType compute) {
    return forms.methods()
        + block.methods(new LinearScript(block, variant, forms, compute))
        + (COMMON + DecodingScript.TEXT)
            .replace("REPEAT", Integer.toString(config.headCount() / config.keyValueHeadCount()))
            .replace("KV_HEADS", Integer.toString(config.keyValueHeadCount()))
            .replace("QUERY_WIDTH", Integer.toString(config.queryWidth()))
            .replace("HEAD_SIZE", Integer.toString(config.headSize()))
            .replace("COMPUTE", Integer.toString(compute.code()))
            .replace("SCALE", Double.toString(config.attentionScale()));
  }

  private static final String COMMON =
      """
        def low_rank(self, y: Tensor, x: Tensor, A: Tensor, B: Tensor, s: float) -> Tensor:
          return torch.addmm(y, torch.mm(x, torch.t(A)), torch.t(B), beta=1, alpha=s)

        def causal_example(self, q: Tensor, k: Tensor, v: Tensor, window: int) -> Tensor:
          T = torch.size(q, 0)
          q = torch.unsqueeze(torch.transpose(q, 0, 1), 0)
          k = torch.unsqueeze(torch.transpose(k, 0, 1), 0)
          v = torch.unsqueeze(torch.transpose(v, 0, 1), 0)
          if window == 0 or T <= window:
            o = torch.scaled_dot_product_attention(q, k, v, None, 0., True, scale=SCALE)
          else:
            at = torch.arange(T, dtype=4, device=q.device)
            back = torch.unsqueeze(at, 1) - torch.unsqueeze(at, 0)
            seen = torch.logical_and(torch.ge(back, 0), torch.lt(back, window))
            o = torch.scaled_dot_product_attention(q, k, v, seen, 0., False, scale=SCALE)
          return torch.reshape(torch.transpose(torch.squeeze(o, 0), 0, 1), [T, QUERY_WIDTH])

        def causal_attention(self, q: Tensor, k: Tensor, v: Tensor, lens: List[int], window: int) -> Tensor:
          qs = torch.split_with_sizes(q, lens, 0)
          ks = torch.split_with_sizes(torch.repeat_interleave(k, REPEAT, 1), lens, 0)
          vs = torch.split_with_sizes(torch.repeat_interleave(v, REPEAT, 1), lens, 0)
          outputs = annotate(List[Tensor], [])
          for i in range(torch.len(lens)):
            _0 = torch.append(outputs, self.causal_example(qs[i], ks[i], vs[i], window))
          return torch.cat(outputs, 0)

        def layer(self, x: Tensor, w: List[Tensor], a: List[Tensor], m: List[Tensor], s: float, cos: Tensor, sin: Tensor, lens: List[int], window: int) -> Tensor:
          q, k, v, = self.queries_keys_values(x, w, a, m, s, cos, sin)
          o = self.causal_attention(q, k, v, lens, window)
          return self.output_and_feed_forward(x, o, w, a, m, s)

        def logits(self, x: Tensor, w: List[Tensor], rows: Tensor) -> Tensor:
          return torch.to(self.scores(torch.index_select(x, 0, rows), w), 6)

        def final_states(self, x: Tensor, w: List[Tensor]) -> Tensor:
          return torch.to(self.final_norm(x, w), 6)

        def head_loss(self, x: Tensor, w: List[Tensor], rows: Tensor, targets: Tensor) -> Tensor:
          losses = torch.cross_entropy_loss(self.logits(x, w, rows), targets, None, 0, -100, 0.)
          return torch.sum(losses, dtype=7)

        def leaf(self, x: Tensor) -> Tensor:
          return torch.requires_grad_(torch.detach(x), True)

        def detached(self, x: Tensor) -> Tensor:
          return torch.detach(x)

      """;
}
