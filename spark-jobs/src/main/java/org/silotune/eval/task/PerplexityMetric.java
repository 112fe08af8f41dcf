package org.silotune.eval.task;

/** How the likelihood of texts becomes one number. */
public enum PerplexityMetric {
  /** exp of the mean loss a word, words being what white space separates. */
  WORD_PERPLEXITY,
  /** exp of the mean loss a UTF-8 byte. */
  BYTE_PERPLEXITY,
  /** The mean loss a UTF-8 byte, in bits. */
  BITS_PER_BYTE,
  /** exp of the mean loss a token. */
  TOKEN_PERPLEXITY
}
