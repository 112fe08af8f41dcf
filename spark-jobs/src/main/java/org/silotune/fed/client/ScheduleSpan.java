package org.silotune.fed.client;

/** What a learning-rate schedule spans. */
public enum ScheduleSpan {
  /** Every local update goes through the whole schedule. */
  ROUND,
  /**
   * The rounds of a run go through one schedule together. A silo's place in it follows from the
   * round alone: a round in which it was not sampled passes all the same.
   */
  RUN
}
