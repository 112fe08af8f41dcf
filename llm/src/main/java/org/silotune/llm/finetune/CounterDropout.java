package org.silotune.llm.finetune;

import java.util.List;
import java.util.Optional;
import org.silotune.llm.model.DropoutMasks;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.tensor.CounterRandom;

/**
 * Dropout masks as a function of (seed, step, layer, module, token of the step, coordinate): a
 * recomputed layer, and a step cut into other batches, drop the same coordinates, on every device.
 */
final class CounterDropout implements DropoutMasks {

  private final CounterRandom random;
  private final List<MicroBatch.Place> places;
  private final double probability;
  private final Optional<DropoutScript.Batch> onDevice;

  /**
   * @param random of the optimizer step
   * @param places of the batch's examples in the step
   * @param onDevice what draws the batch's masks on another device than the processor
   */
  CounterDropout(
      CounterRandom random,
      List<MicroBatch.Place> places,
      double probability,
      Optional<DropoutScript.Batch> onDevice) {
    this.random = random;
    this.places = places;
    this.probability = probability;
    this.onDevice = onDevice;
  }

  @Override
  public double compensation() {
    return 1 / (1 - probability);
  }

  @Override
  public NativeTensor mask(NativeScope scope, int layer, int module, int rows, int width) {
    CounterRandom source = random.at(layer).at(module);
    long threshold = (long) StrictMath.rint(probability * 0x1p32);
    if (onDevice.isPresent()) {
      return onDevice.get().mask(scope, source, width, threshold);
    }
    byte[] keep = new byte[Math.multiplyExact(rows, width)];
    int at = 0;
    for (MicroBatch.Place place : places) {
      int end = at + place.count() * width;
      draw(source, place.first() * width, threshold, keep, at, end);
      at = end;
    }
    return scope.bytes(keep, rows, width);
  }

  /** Every word of the source is two coordinates: the even one its low half. */
  private static void draw(
      CounterRandom source, long first, long threshold, byte[] keep, int from, int end) {
    int done = from;
    if ((first & 1) == 1) {
      keep[done++] = kept(source.bits(first >>> 1) >>> 32, threshold);
    }
    for (; done < end; done += 2) {
      long word = source.bits((first + done - from) >>> 1);
      keep[done] = kept(word & 0xFFFFFFFFL, threshold);
      if (done + 1 < end) {
        keep[done + 1] = kept(word >>> 32, threshold);
      }
    }
  }

  private static byte kept(long half, long threshold) {
    return (byte) (half >= threshold ? 1 : 0);
  }
}
