package org.silotune.suite.job;

import java.util.List;
import org.silotune.suite.cell.Cell;

/**
 * What a suite will take, before it begins.
 *
 * @param cells each with its predicted time
 * @param prepareSeconds what preparing took for this plan, and will take again
 */
public record SuitePlan(List<CellPlan> cells, double prepareSeconds) {

  /**
   * What a cell will take.
   *
   * @param done whether it is done already, and takes nothing
   * @param tokens that it trains on over all rounds
   * @param trainSeconds of its rounds, with validation
   * @param scoreSeconds of test rows and tasks
   * @param overheadSeconds of starting jobs, writing checkpoints and tables
   */
  public record CellPlan(
      Cell cell,
      boolean done,
      long tokens,
      double trainSeconds,
      double scoreSeconds,
      double overheadSeconds) {

    /** Returns the whole time. */
    public double seconds() {
      return done ? 0 : trainSeconds + scoreSeconds + overheadSeconds;
    }
  }

  public SuitePlan {
    cells = List.copyOf(cells);
  }

  /** Returns the time of everything. */
  public double seconds() {
    double seconds = prepareSeconds;
    for (CellPlan cell : cells) {
      seconds += cell.seconds();
    }
    return seconds;
  }
}
