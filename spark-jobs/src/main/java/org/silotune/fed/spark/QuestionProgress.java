package org.silotune.fed.spark;

/** What a silo tells of a question while it answers: who is silent for long stands still. */
public interface QuestionProgress {

  /** Some of the work was done. */
  void advanced();

  /** So many of the rows have their answers. */
  void answered(int done, int total);
}
