package org.silotune.llm.generate;

import org.silotune.llm.LlmException;

/** The checked maximum of a row of logits, on which every sampler builds. */
final class Logits {

  private Logits() {}

  /**
   * Returns the id of the largest logit, the smallest id of equal ones.
   *
   * @throws LlmException if a logit is NaN or {@code +Infinity}, or all are {@code -Infinity}
   */
  static int argmax(float[] logits) {
    int best = 0;
    for (int id = 0; id < logits.length; id++) {
      float logit = logits[id];
      if (Float.isNaN(logit)) {
        return checked(id, logit, logits.length);
      }
      if (logit > logits[best]) {
        best = id;
      }
    }
    return checked(best, logits[best], logits.length);
  }

  /**
   * Returns {@code id} if its logit, the largest of {@code count} or else NaN, can be chosen.
   *
   * @throws LlmException if the logit is NaN or infinite
   */
  static int checked(int id, float logit, int count) {
    if (Float.isNaN(logit) || logit == Float.POSITIVE_INFINITY) {
      throw new LlmException(
          "Cannot choose the next token: the logit of id %d is %s; the weights or the adapter hold values that are not finite, or the type of the products cannot hold the states"
              .formatted(id, logit));
    }
    if (logit == Float.NEGATIVE_INFINITY) {
      throw new LlmException(
          "Cannot choose the next token: none of the %d logits is finite".formatted(count));
    }
    return id;
  }
}
