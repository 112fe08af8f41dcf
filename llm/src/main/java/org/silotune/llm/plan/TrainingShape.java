package org.silotune.llm.plan;

import org.silotune.llm.script.NativeAllocator;

/**
 * How a task computes, as far as its memory depends on it.
 *
 * @param tokens of the largest micro-batch
 * @param longestExample tokens of the longest example
 * @param lossChunk trained positions whose logits are in memory at once
 * @param workers threads that compute micro-batches at once
 * @param moments tensors of a parameter's size that the optimizer keeps
 * @param recompute whether layers are recomputed for the backward pass
 */
public record TrainingShape(
    int tokens, int longestExample, int lossChunk, int workers, int moments, boolean recompute) {

  public TrainingShape {
    requirePositive("tokens", tokens);
    requirePositive("longest example", longestExample);
    requirePositive("loss chunk", lossChunk);
    requirePositive("workers", workers);
    if (moments < 0) {
      throw new IllegalArgumentException("Invalid moments: %d, must be >= 0".formatted(moments));
    }
  }

  /**
   * Returns the most tokens of a micro-batch: the budget, unless one example is longer or a whole
   * step is smaller.
   */
  public static int largestBatch(int tokenBudget, int longestExample, int batchSize) {
    long step = Math.min(Integer.MAX_VALUE, (long) longestExample * batchSize);
    return (int) Math.max(longestExample, Math.min(tokenBudget, step));
  }

  /**
   * Returns what should become of freed blocks: where layers are recomputed memory is short, and
   * where they are kept their activations hold most of the arenas anyhow.
   */
  public NativeAllocator.Freed freed() {
    return recompute ? NativeAllocator.Freed.RETURNED : NativeAllocator.Freed.REUSED;
  }

  public TrainingShape withTokens(int v) {
    return new TrainingShape(v, longestExample, lossChunk, workers, moments, recompute);
  }

  public TrainingShape withWorkers(int v) {
    return new TrainingShape(tokens, longestExample, lossChunk, v, moments, recompute);
  }

  public TrainingShape withRecompute(boolean v) {
    return new TrainingShape(tokens, longestExample, lossChunk, workers, moments, v);
  }

  private static void requirePositive(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("Invalid %s: %d, must be >= 1".formatted(what, value));
    }
  }
}
