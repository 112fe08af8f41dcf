package org.silotune.llm.finetune;

import java.util.ArrayList;
import java.util.List;
import org.silotune.llm.tensor.CounterRandom;
import org.silotune.llm.tokenizer.TokenizedExample;

/**
 * Which examples each step takes: every pass is a permutation of its own, cut into batches; the
 * last batch of a pass has what is left. A function of (seed, step), whichever steps were asked for
 * before. For use by one thread.
 */
final class ExampleOrder {

  private final List<TokenizedExample> examples;
  private final int batchSize;
  private final CounterRandom random;
  private int[] order = {};
  private long orderedEpoch = -1;

  ExampleOrder(List<TokenizedExample> examples, int batchSize, long seed) {
    this.examples = examples;
    this.batchSize = batchSize;
    this.random = CounterRandom.ofSeed(seed).at("order");
  }

  long stepsPerEpoch() {
    return (examples.size() + (long) batchSize - 1) / batchSize;
  }

  /** Returns the examples of a step, counted from 1. */
  List<TokenizedExample> batch(long step) {
    long epoch = (step - 1) / stepsPerEpoch();
    int from = (int) ((step - 1) % stepsPerEpoch()) * batchSize;
    int to = Math.min(examples.size(), from + batchSize);
    if (epoch != orderedEpoch) {
      order = random.at(epoch).permutation(examples.size());
      orderedEpoch = epoch;
    }
    List<TokenizedExample> batch = new ArrayList<>();
    for (int i = from; i < to; i++) {
      batch.add(examples.get(order[i]));
    }
    return batch;
  }
}
