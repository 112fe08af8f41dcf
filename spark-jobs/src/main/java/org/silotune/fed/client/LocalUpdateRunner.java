package org.silotune.fed.client;

import java.io.IOException;
import java.io.Serializable;

/**
 * Trains one silo's adapter where the silo's data is: the seam between rounds and the model
 * runtime. An instance is settings only, so that it can travel to an executor; the base model is a
 * resident of the executor's process. Implementations are thread-safe.
 */
public interface LocalUpdateRunner extends Serializable {

  /** Returns the most that a local update of {@code silo} can count. */
  WorkBound bound(SiloDescriptor silo);

  /**
   * Runs the local update. The same task gives the same bits, on every executor of the numeric
   * profile.
   *
   * @throws UnusableUpdateException if the silo's data cannot give an update; never retried
   * @throws IOException if the data or the model cannot be read; retried
   */
  LocalUpdate run(LocalUpdateTask task, StepListener listener) throws IOException;
}
