package org.silotune.suite.table;

import java.util.OptionalDouble;
import org.silotune.suite.cell.Cell;
import org.silotune.suite.cell.CellResult;

/**
 * A row of the table of cells.
 *
 * @param adapter empty of the base model
 * @param silo that learns alone, empty of other arms
 * @param status {@code done}, {@code failed} or {@code missing}
 * @param reason why it failed
 * @param bestRound whose adapter was scored
 * @param testLoss mean over the test rows of all silos, in nats a token
 * @param ownTestLoss over those of the silo that learns alone
 * @param peakBytes 0 where the system does not say
 */
public record CellRow(
    String cell,
    String dataSet,
    String adapter,
    long seed,
    String arm,
    String silo,
    String status,
    String reason,
    int bestRound,
    OptionalDouble testLoss,
    OptionalDouble ownTestLoss,
    int testRows,
    long trainRows,
    long steps,
    long tokens,
    long bytesDown,
    long bytesUp,
    double trainSeconds,
    double seconds,
    long peakBytes,
    boolean reproducible,
    String adapterSha256) {

  static CellRow missing(Cell cell) {
    return of(CellResult.failed(cell, ""), "missing");
  }

  static CellRow of(CellResult result) {
    return of(result, result.done() ? "done" : "failed");
  }

  private static CellRow of(CellResult result, String status) {
    Cell cell = result.cell();
    var costs = result.costs();
    return new CellRow(
        cell.id(),
        cell.dataset(),
        cell.adapter(),
        cell.seed(),
        cell.arm().label(),
        cell.silo(),
        status,
        result.reason(),
        result.bestRound(),
        result.testLoss(),
        result.testLoss(cell.silo()),
        result.losses().size(),
        costs.trainRows(),
        costs.steps(),
        costs.tokens(),
        costs.bytesDown(),
        costs.bytesUp(),
        costs.trainSeconds(),
        costs.seconds(),
        costs.peakBytes(),
        result.reproducible(),
        result.adapterSha256());
  }
}
