package org.silotune.llm.generate;

/** Takes the most likely token; of equal ones, the smallest id. */
public record GreedySampler() implements Sampler {

  @Override
  public int next(float[] logits, long stream, int position) {
    return Logits.argmax(logits);
  }
}
