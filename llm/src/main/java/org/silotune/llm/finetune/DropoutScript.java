package org.silotune.llm.finetune;

import java.util.List;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.script.ScriptModule;
import org.silotune.llm.tensor.CounterRandom;

/**
 * Draws dropout masks where they are used, on a GPU: {@link CounterRandom}'s words as integer
 * operators, so that a mask has the bits that {@link CounterDropout} draws on the heap and nothing
 * of it is sent. Two tensors of words are there at once, 8 bytes a coordinate. Integers wrap as
 * Java's do; a shift of them keeps the sign, which is masked away.
 */
final class DropoutScript {

  private static final String TEXT =
      """
        def mixed(self, z: Tensor, by: int, low: int) -> Tensor:
          return torch.bitwise_xor_(torch.bitwise_and_(torch.bitwise_right_shift(z, by), low), z)

        def words(self, like: Tensor, key: int, first: int, end: int) -> Tensor:
          at = torch.arange(first + 1, end + 1, dtype=4, device=like.device)
          z = torch.add_(torch.mul_(at, -7046029254386353131), key)
          a = torch.mul_(self.mixed(z, 30, 17179869183), -4658895280553007687)
          b = torch.mul_(self.mixed(a, 27, 137438953471), -7723592293110705685)
          return self.mixed(b, 31, 8589934591)

        def kept(self, w: Tensor, by: int, threshold: int) -> Tensor:
          return torch.ge(torch.bitwise_and_(torch.bitwise_right_shift(w, by), 4294967295), threshold)

        def mask(self, like: Tensor, key: int, firsts: List[int], counts: List[int], threshold: int, width: int) -> Tensor:
          parts = annotate(List[Tensor], [])
          for i in range(torch.len(firsts)):
            odd = torch.remainder(firsts[i], 2)
            first = torch.floordiv(firsts[i], 2)
            w = self.words(like, key, first, first + torch.floordiv(odd + counts[i] + 1, 2))
            halves = torch.stack([self.kept(w, 0, threshold), self.kept(w, 32, threshold)], 1)
            kept = torch.to(torch.reshape(halves, [-1]), 0)
            _0 = torch.append(parts, torch.slice(kept, 0, odd, odd + counts[i], 1))
          return torch.reshape(torch.cat(parts, 0), [-1, width])
      """;

  private final ScriptModule script;

  private DropoutScript(ScriptModule script) {
    this.script = script;
  }

  /** Compiles the text; {@code scope} closes it. */
  static DropoutScript compile(NativeScope scope) {
    return new DropoutScript(ScriptModule.compile(scope, TEXT));
  }

  /**
   * Draws a mask on the scope's device.
   *
   * @param source of the layer's module
   * @param places of the batch's examples in the step
   * @param width coordinates of a token
   * @param threshold the least half of a word that keeps a coordinate
   */
  NativeTensor mask(
      NativeScope scope,
      CounterRandom source,
      List<MicroBatch.Place> places,
      int width,
      long threshold) {
    try (NativeTensor like = scope.zeros(0)) {
      return script
          .call("mask")
          .tensor(like)
          .integer(source.key())
          .integers(places.stream().mapToLong(place -> place.first() * width).toArray())
          .integers(places.stream().mapToLong(place -> (long) place.count() * width).toArray())
          .integer(threshold)
          .integer(width)
          .toTensor(scope);
    }
  }
}
