package org.silotune.fed.spark;

import org.silotune.fed.client.RowProgress;
import org.silotune.fed.client.StepProgress;

/** What a task tells the driver of while it runs. */
interface TaskProgress {

  /** A step of a local update was taken. */
  void stepped(StepProgress step);

  /** Rows of a question were answered. */
  void answered(RowProgress rows);

  /** Some of the work was done. */
  void advanced();
}
