package org.silotune.llm.model;

/**
 * What {@link DecoderScript} adds for sequences with a memory; its placeholders are the same.
 *
 * <p>Legend: a slab holds the keys or values of S sequences side by side, (S, rows, kv heads,
 * headSize), one tensor a layer. Sequences that are fed several tokens come first, one by one: they
 * attend to what their slot holds and causally to themselves. Those that go on by one token follow
 * slab by slab: all slots of a slab attend at once, the mask (S, 1, 1, T) hiding what a sequence
 * has not been fed; query heads stand in for query positions, so that each group meets its key head
 * without a copy.
 */
final class DecodingScript {

  private DecodingScript() {}

  static final String TEXT =
      """
        def cache(self, like: Tensor, slots: int, rows: int) -> Tensor:
          return torch.new_zeros(like, [slots, rows, KV_HEADS, HEAD_SIZE], dtype=COMPUTE)

        def mask(self, x: Tensor) -> Tensor:
          return torch.to(x, COMPUTE)

        def widen(self, cache: Tensor, slots: int) -> Tensor:
          more = torch.new_zeros(cache, [slots, torch.size(cache, 1), KV_HEADS, HEAD_SIZE])
          return torch.cat([cache, more], 0)

        def copy_rows(self, source: Tensor, slot: int, target: Tensor, place: int, count: int) -> Tensor:
          rows = torch.slice(torch.select(source, 0, slot), 0, 0, count, 1)
          return torch.copy_(torch.slice(torch.select(target, 0, place), 0, 0, count, 1), rows)

        def likeliest(self, x: Tensor, w: List[Tensor], rows: Tensor, ids: int) -> Tensor:
          values, best, = torch.max(torch.slice(self.logits(x, w, rows), 1, 0, ids, 1), 1, False)
          return torch.stack([torch.to(values, 7), torch.to(best, 7)], 0)

        def token_scores(self, x: Tensor, w: List[Tensor], rows: Tensor, targets: Tensor) -> Tensor:
          scores = self.logits(x, w, rows)
          own = torch.squeeze(torch.gather(scores, 1, torch.unsqueeze(targets, 1)), 1)
          _0, best, = torch.max(scores, 1, False)
          p = torch.to(own, 7) - torch.to(torch.logsumexp(scores, [1]), 7)
          return torch.stack([p, torch.to(torch.eq(best, targets), 7)], 0)

        def after(self, q: Tensor, k: Tensor, v: Tensor, past: int, window: int) -> Tensor:
          at = torch.arange(torch.size(k, 0), dtype=4, device=q.device)
          back = torch.unsqueeze(torch.slice(at, 0, past, 9223372036854775807, 1), 1) - torch.unsqueeze(at, 0)
          seen = torch.ge(back, 0)
          if window > 0:
            seen = torch.logical_and(seen, torch.lt(back, window))
          q = torch.unsqueeze(torch.transpose(q, 0, 1), 0)
          k = torch.unsqueeze(torch.transpose(k, 0, 1), 0)
          v = torch.unsqueeze(torch.transpose(v, 0, 1), 0)
          o = torch.scaled_dot_product_attention(q, k, v, seen, 0., False, scale=SCALE)
          return torch.reshape(torch.transpose(torch.squeeze(o, 0), 0, 1), [-1, QUERY_WIDTH])

        def one_step(self, q: Tensor, keys: Tensor, values: Tensor, slots: Tensor, mask: Tensor) -> Tensor:
          T = torch.size(mask, 3)
          all = torch.new_zeros(q, [torch.size(keys, 0), QUERY_WIDTH])
          _0 = torch.index_copy_(all, 0, slots, torch.reshape(q, [-1, QUERY_WIDTH]))
          k = torch.transpose(torch.slice(keys, 1, 0, T, 1), 1, 2)
          v = torch.transpose(torch.slice(values, 1, 0, T, 1), 1, 2)
          all = torch.view(all, [-1, KV_HEADS, REPEAT, HEAD_SIZE])
          o = torch.scaled_dot_product_attention(all, k, v, mask, 0., False, scale=SCALE)
          return torch.index_select(torch.reshape(o, [-1, QUERY_WIDTH]), 0, slots)

        def layer_feed(self, x: Tensor, w: List[Tensor], a: List[Tensor], m: List[Tensor], s: float, cos: Tensor, sin: Tensor, window: int, lens: List[int], past: List[int], slabs: List[int], places: List[int], stored: List[int], keys: List[Tensor], values: List[Tensor], slots: List[Tensor], at: List[Tensor], masks: List[Tensor]) -> Tensor:
          w = WEIGHTS_OF_LAYER
          q, k, v, = self.queries_keys_values(x, w, a, m, s, cos, sin)
          outputs = annotate(List[Tensor], [])
          start = 0
          for i in range(torch.len(lens)):
            end = start + lens[i]
            qi = torch.slice(q, 0, start, end, 1)
            ki = torch.slice(k, 0, start, end, 1)
            vi = torch.slice(v, 0, start, end, 1)
            if past[i] == 0:
              o = self.causal_example(qi, torch.repeat_interleave(ki, REPEAT, 1), torch.repeat_interleave(vi, REPEAT, 1), window)
            else:
              k0 = torch.slice(torch.select(keys[slabs[i]], 0, places[i]), 0, 0, past[i], 1)
              v0 = torch.slice(torch.select(values[slabs[i]], 0, places[i]), 0, 0, past[i], 1)
              k1 = torch.repeat_interleave(torch.cat([k0, ki], 0), REPEAT, 1)
              v1 = torch.repeat_interleave(torch.cat([v0, vi], 0), REPEAT, 1)
              o = self.after(qi, k1, v1, past[i], window)
            _0 = torch.append(outputs, o)
            if stored[i] == 1:
              until = past[i] + lens[i]
              _1 = torch.copy_(torch.slice(torch.select(keys[slabs[i]], 0, places[i]), 0, past[i], until, 1), ki)
              _2 = torch.copy_(torch.slice(torch.select(values[slabs[i]], 0, places[i]), 0, past[i], until, 1), vi)
            start = end
          for b in range(torch.len(slots)):
            end = start + torch.size(slots[b], 0)
            if end > start:
              _3 = torch.index_copy_(torch.view(keys[b], [-1, KV_HEADS, HEAD_SIZE]), 0, at[b], torch.slice(k, 0, start, end, 1))
              _4 = torch.index_copy_(torch.view(values[b], [-1, KV_HEADS, HEAD_SIZE]), 0, at[b], torch.slice(v, 0, start, end, 1))
              o = self.one_step(torch.slice(q, 0, start, end, 1), keys[b], values[b], slots[b], masks[b])
              _5 = torch.append(outputs, o)
            start = end
          return self.output_and_feed_forward(x, torch.cat(outputs, 0), w, a, m, s)

      """;
}
