package org.silotune.llm.finetune;

/** Hears of every optimizer step, on the computing thread. */
@FunctionalInterface
public interface StepListener {

  void onStep(StepReport report);

  /** Returns the listener that ignores them. */
  static StepListener none() {
    return report -> {};
  }
}
