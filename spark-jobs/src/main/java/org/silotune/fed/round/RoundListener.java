package org.silotune.fed.round;

import java.util.List;
import org.silotune.fed.client.RowProgress;
import org.silotune.fed.client.StepProgress;
import org.silotune.fed.metrics.EvaluationRow;
import org.silotune.fed.metrics.HeldOutSplit;
import org.silotune.fed.run.RoundRecord;

/**
 * Hears how a run goes, for people to read. Nothing it does steers the run. {@link #progressed}
 * comes from another thread than the rest.
 */
public interface RoundListener {

  /** Hears nothing. */
  RoundListener NONE = new RoundListener() {};

  /** An earlier process began the run; it goes on after the last round that was committed, or 0. */
  default void resumed(int round, int rounds) {}

  /** A round began; {@code silos} is its cohort in name order. */
  default void began(int round, int rounds, List<String> silos) {}

  /** A silo took a step; not every step is heard of. */
  default void progressed(StepProgress progress) {}

  /** A silo answered some rows; not every row is heard of. From the same thread as steps. */
  default void answered(RowProgress progress) {}

  /** A pass over silos, such as {@code round 3}, is repeated for, or without, some of them. */
  default void repeated(String pass, String why) {}

  /** A round was committed. */
  default void committed(RoundRecord record) {}

  /** The global adapter after a round was scored. */
  default void scored(int round, HeldOutSplit split, List<EvaluationRow> rows) {}

  /** Something a person should know that is no error. */
  default void warned(String message) {}
}
