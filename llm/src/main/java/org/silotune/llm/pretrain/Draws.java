package org.silotune.llm.pretrain;

import org.silotune.llm.tensor.CounterRandom;

/** Draws one number after the other from a generator. */
final class Draws {

  private final CounterRandom random;
  private long counter;

  Draws(CounterRandom random) {
    this.random = random;
  }

  /** Returns a number in [0, bound). */
  int below(int bound) {
    return random.below(counter++, bound);
  }

  boolean coin() {
    return below(2) == 0;
  }
}
