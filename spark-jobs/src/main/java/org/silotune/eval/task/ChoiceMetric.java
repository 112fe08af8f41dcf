package org.silotune.eval.task;

/** How the likelihoods of choices are compared. */
public enum ChoiceMetric {
  /** The likeliest choice is the answer. */
  ACC,
  /** The same with each log-likelihood divided by the choice's length in characters. */
  ACC_NORM,
  /** The same with its length in UTF-8 bytes. */
  ACC_BYTES
}
