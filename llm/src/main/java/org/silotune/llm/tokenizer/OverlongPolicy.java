package org.silotune.llm.tokenizer;

/** What happens to an example that is longer than the maximum. */
public enum OverlongPolicy {
  /** The end is cut off. */
  TRUNCATE,
  /** It is rejected. */
  QUARANTINE
}
