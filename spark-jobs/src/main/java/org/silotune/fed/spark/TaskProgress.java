package org.silotune.fed.spark;

import org.silotune.fed.client.StepProgress;

/** What a task tells the driver of while it runs. */
interface TaskProgress {

  /** A step of a local update was taken. */
  void stepped(StepProgress step);

  /** Some of the work was done. */
  void advanced();
}
