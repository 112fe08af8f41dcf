package org.silotune.llm.model;

/**
 * The forward pass of a decoder as TorchScript text: a family's {@link BlockScript} and what is
 * common to all families.
 *
 * <p>Legend: N tokens of all examples in a row, T of one example, D hidden size, H heads, V
 * vocabulary; lens the examples' lengths, which add up to N; window as in {@link LayerAttention}.
 * Every product runs on the concatenation, attention example by example: there is no padding.
 * {@link AttentionScript} says how, {@link DecodingScript} adds what a sequence with a memory
 * needs. Products run in the {@link ComputeType}; logits and losses are float32. The gradient of
 * the scores is weighed by the product that follows; in float16, whose range the weight is for,
 * before its cast. The w of an offloaded layer is brought to the device by the call that computes
 * the layer, and goes with that call or with the graph that it records. Dtype codes: 4 int64, 5
 * float16, 6 float32, 7 float64, 15 bfloat16.
 */
final class DecoderScript {

  private DecoderScript() {}

  static String of(
      DecoderConfig config,
      BlockScript block,
      ScriptVariant variant,
      WeightForms forms,
      ComputeType compute) {
    boolean scaledFirst = compute == ComputeType.FLOAT16;
    return forms.methods()
        + block.methods(new LinearScript(block, variant, forms, compute))
        + (COMMON + AttentionScript.of(compute) + DecodingScript.TEXT)
            .replace("WEIGHTS_OF_LAYER", forms.broughtTo().isPresent() ? "self.brought(w)" : "w")
            .replace("REPEAT", Integer.toString(config.headCount() / config.keyValueHeadCount()))
            .replace("KV_HEADS", Integer.toString(config.keyValueHeadCount()))
            .replace("QUERY_WIDTH", Integer.toString(config.queryWidth()))
            .replace("HEAD_SIZE", Integer.toString(config.headSize()))
            .replace("CAST_GRADIENT", scaledFirst ? "torch.mul_(p, weight)" : "p")
            .replace("FACTOR", scaledFirst ? "1." : "weight")
            .replace("COMPUTE", Integer.toString(compute.code()))
            .replace("SCALE", Double.toString(config.attentionScale()));
  }

  private static final String COMMON =
      """
        def low_rank(self, y: Tensor, x: Tensor, A: Tensor, B: Tensor, s: float) -> Tensor:
          return torch.addmm(y, torch.mm(x, torch.t(A)), torch.t(B), beta=1, alpha=s)

        def layer(self, x: Tensor, w: List[Tensor], a: List[Tensor], m: List[Tensor], s: float, cos: Tensor, sin: Tensor, lens: List[int], window: int) -> Tensor:
          w = WEIGHTS_OF_LAYER
          q, k, v, = self.queries_keys_values(x, w, a, m, s, cos, sin)
          o = self.causal_attention(q, k, v, lens, window)
          return self.output_and_feed_forward(x, o, w, a, m, s)

        def scores(self, x: Tensor, w: List[Tensor]) -> Tensor:
          return torch.linear(self.final_norm(x, w), self.head(w))

        def logits(self, x: Tensor, w: List[Tensor], rows: Tensor) -> Tensor:
          return torch.to(self.scores(torch.index_select(x, 0, rows), w), 6)

        def final_states(self, x: Tensor, w: List[Tensor]) -> Tensor:
          return torch.to(self.final_norm(x, w), 6)

        def head_loss(self, x: Tensor, w: List[Tensor], rows: Tensor, targets: Tensor) -> Tensor:
          losses = torch.cross_entropy_loss(self.logits(x, w, rows), targets, None, 0, -100, 0.)
          return torch.sum(losses, dtype=7)

        def head_gradient(self, x: Tensor, w: List[Tensor], rows: Tensor, targets: Tensor, weight: float) -> List[Tensor]:
          states = self.final_norm(torch.index_select(x, 0, rows), w)
          constant = torch.detach(states)
          head = self.head(w)
          p = torch.log_softmax(torch.linear(constant, head), 1, dtype=6)
          own = torch.unsqueeze(targets, 1)
          loss = torch.neg(torch.sum(torch.gather(p, 1, own), dtype=7))
          p = torch.scatter_add_(torch.exp_(p), 1, own, torch.full_like(own, -1., dtype=6))
          gradient = torch.addmm(constant, torch.to(CAST_GRADIENT, COMPUTE), head, beta=0, alpha=FACTOR)
          return [loss, states, gradient]

        def leaf(self, x: Tensor) -> Tensor:
          return torch.requires_grad_(torch.detach(x), True)

        def detached(self, x: Tensor) -> Tensor:
          return torch.detach(x)

      """;
}
