package org.silotune.eval.task;

/** How a row becomes a question. */
public sealed interface AskConfig
    permits GenerateConfig, MultipleChoiceConfig, PerplexityConfig, CodeConfig {

  /** Returns whether worked examples may stand before a question. */
  default boolean takesShots() {
    return true;
  }

  /** Returns whether it says how an answer is written. */
  default boolean hasTarget() {
    return true;
  }
}
