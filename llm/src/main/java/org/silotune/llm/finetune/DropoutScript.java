package org.silotune.llm.finetune;

import java.util.List;
import java.util.stream.LongStream;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.script.ScriptModule;
import org.silotune.llm.tensor.CounterRandom;

/**
 * Draws dropout masks where they are used, on a GPU: {@link CounterRandom}'s words as integer
 * operators, so that a mask has the bits that {@link CounterDropout} draws on the heap and nothing
 * of it is sent. Every row is drawn from the place of its token in the step, which is sent once a
 * batch: a mask takes the same few operators however many examples there are. Two tensors of words
 * are there at once, 8 bytes a coordinate. Integers wrap as Java's do; a shift of them keeps the
 * sign, which is masked away.
 */
final class DropoutScript {

  /** No loop: what is launched must not grow with the examples. */
  static final String TEXT =
      """
        def mixed(self, z: Tensor, by: int, low: int) -> Tensor:
          return torch.bitwise_xor_(torch.bitwise_and_(torch.bitwise_right_shift(z, by), low), z)

        def words(self, at: Tensor, key: int) -> Tensor:
          z = torch.add_(torch.mul_(at, -7046029254386353131), key)
          a = torch.mul_(self.mixed(z, 30, 17179869183), -4658895280553007687)
          b = torch.mul_(self.mixed(a, 27, 137438953471), -7723592293110705685)
          return self.mixed(b, 31, 8589934591)

        def kept(self, w: Tensor, by: int, threshold: int) -> Tensor:
          return torch.ge(torch.bitwise_and_(torch.bitwise_right_shift(w, by), 4294967295), threshold)

        def halves(self, starts: Tensor, key: int, threshold: int, width: int) -> Tensor:
          first = torch.unsqueeze(torch.bitwise_right_shift(starts, 1), 1)
          column = torch.arange(1, torch.floordiv(width + 1, 2) + 1, dtype=4, device=starts.device)
          w = self.words(torch.add(first, column), key)
          both = torch.stack([self.kept(w, 0, threshold), self.kept(w, 32, threshold)], 2)
          return torch.to(torch.flatten(both, 1, 2), 0)

        def mask_of_even(self, tokens: Tensor, key: int, threshold: int, width: int) -> Tensor:
          return self.halves(torch.mul(tokens, width), key, threshold, width)

        def mask_of_odd(self, tokens: Tensor, key: int, threshold: int, width: int) -> Tensor:
          starts = torch.mul(tokens, width)
          both = self.halves(starts, key, threshold, width)
          odd = torch.unsqueeze(torch.to(torch.bitwise_and(starts, 1), 0), 1)
          of_odd = torch.mul(torch.slice(both, 1, 1, width + 1, 1), odd)
          of_even = torch.mul(torch.slice(both, 1, 0, width, 1), torch.bitwise_xor(odd, 1))
          return torch.add_(of_odd, of_even)
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
   * Returns what draws the masks of a batch, on the scope's device and as long as it is open.
   *
   * @param places of the batch's examples in the step
   */
  Batch batch(NativeScope scope, List<MicroBatch.Place> places) {
    long[] tokens =
        places.stream()
            .flatMapToLong(p -> LongStream.range(p.first(), p.first() + p.count()))
            .toArray();
    return new Batch(script, scope.longs(tokens, tokens.length));
  }

  /**
   * The tokens of a batch.
   *
   * @param tokens their places in the step, int64 (N)
   */
  record Batch(ScriptModule script, NativeTensor tokens) {

    /**
     * Draws a mask, uint8 (N, width).
     *
     * @param source of the layer's module
     * @param width coordinates of a token; a word is two of them, so an odd one begins every other
     *     row in the middle of a word
     * @param threshold the least half of a word that keeps a coordinate
     */
    NativeTensor mask(NativeScope scope, CounterRandom source, int width, long threshold) {
      return script
          .call(width % 2 == 0 ? "mask_of_even" : "mask_of_odd")
          .tensor(tokens)
          .integer(source.key())
          .integer(threshold)
          .integer(width)
          .toTensor(scope);
    }
  }
}
