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
    CounterRandom source = random.at(layer).at(module);
    long threshold = (long) StrictMath.rint(probability * 0x1p32);
    byte[] keep = new byte[Math.multiplyExact(rows, width)];
    long first = firstToken * width;
    for (int i = 0; i < keep.length; i++) {
      long counter = first + i;
      long word = source.bits(counter >>> 1);
      long half = (counter & 1) == 0 ? word & 0xFFFFFFFFL : word >>> 32;
      keep[i] = (byte) (half >= threshold ? 1 : 0);
    }
    return scope.bytes(keep, rows, width);
  }
}
