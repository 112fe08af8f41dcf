package org.silotune.fed.client;

/** Hears of each optimizer step of a local update, on the thread that trains. */
@FunctionalInterface
public interface StepListener {

  /** Hears nothing. */
  StepListener NONE = progress -> {};

  /** Called after each step. */
  void stepped(StepProgress progress);
}
