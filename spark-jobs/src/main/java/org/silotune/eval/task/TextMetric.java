package org.silotune.eval.task;

/** How a generated answer is compared with its reference. */
public enum TextMetric {
  /** Equal texts, after what is to be ignored is dropped. */
  EXACT_MATCH,
  /** Equal numbers, 6.0 and 6 too. */
  NUMERIC_MATCH,
  /** F of the longest common subsequence of words. */
  ROUGE_L
}
