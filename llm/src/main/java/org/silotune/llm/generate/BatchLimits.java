package org.silotune.llm.generate;

/**
 * How much is computed at once. Neither changes what is asked for, only speed and memory.
 *
 * @param maxSequences the most prompts that are answered at the same time, at least 1
 * @param maxPromptTokens the most prompt tokens that enter a step together; a longer prompt enters
 *     alone
 */
public record BatchLimits(int maxSequences, int maxPromptTokens) {

  public BatchLimits {
    if (maxSequences < 1) {
      throw new IllegalArgumentException(
          "Invalid max sequences %d: must be >= 1".formatted(maxSequences));
    }
    if (maxPromptTokens < 1) {
      throw new IllegalArgumentException(
          "Invalid max prompt tokens %d: must be >= 1".formatted(maxPromptTokens));
    }
  }

  /** Returns 16 sequences and 1024 prompt tokens. */
  public static BatchLimits defaults() {
    return new BatchLimits(16, 1024);
  }
}
