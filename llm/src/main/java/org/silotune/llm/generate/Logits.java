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
    int best = -1;
    float max = Float.NEGATIVE_INFINITY;
    for (int id = 0; id < logits.length; id++) {
      float logit = logits[id];
      if (Float.isNaN(logit) || logit == Float.POSITIVE_INFINITY) {
        throw new LlmException(
            "Cannot choose the next token: the logit of id %d is %s; the weights or the adapter hold values that are not finite"
                .formatted(id, logit));
      }
      if (logit > max) {
        max = logit;
        best = id;
      }
    }
    if (best < 0) {
      throw new LlmException(
          "Cannot choose the next token: none of the %d logits is finite".formatted(logits.length));
    }
    return best;
  }
}
