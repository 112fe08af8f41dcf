package org.silotune.llm.finetune;

import org.silotune.llm.model.DropoutMasks;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.tensor.CounterRandom;

/**
 * Dropout masks as a function of (seed, step, layer, module, token of the step, coordinate): a
 * recomputed layer, and a step cut into other batches, drop the same coordinates.
 */
final class CounterDropout implements DropoutMasks {

  private final CounterRandom random;
  private final long firstToken;
  private final double probability;

  /**
   * @param random of the optimizer step
   * @param firstToken how many tokens of the step come before the batch
   */
  CounterDropout(CounterRandom random, long firstToken, double probability) {
    this.random = random;
    this.firstToken = firstToken;
    this.probability = probability;
  }

  @Override
  public double compensation() {
    return 1 / (1 - probability);
  }

  @Override
  public NativeTensor mask(NativeScope scope, int layer, int module, int rows, int width) {
    byte[] keep = new byte[Math.multiplyExact(rows, width)];
    draw(random.at(layer).at(module), firstToken * width, keep);
    return scope.bytes(keep, rows, width);
  }

  /** Every word of the source is two coordinates: the even one its low half. */
  private void draw(CounterRandom source, long first, byte[] keep) {
    long threshold = (long) StrictMath.rint(probability * 0x1p32);
    int done = 0;
    if ((first & 1) == 1) {
      keep[done++] = kept(source.bits(first >>> 1) >>> 32, threshold);
    }
    for (; done < keep.length; done += 2) {
      long word = source.bits((first + done) >>> 1);
      keep[done] = kept(word & 0xFFFFFFFFL, threshold);
      if (done + 1 < keep.length) {
        keep[done + 1] = kept(word >>> 32, threshold);
      }
    }
  }

  private static byte kept(long half, long threshold) {
    return (byte) (half >= threshold ? 1 : 0);
  }
}
