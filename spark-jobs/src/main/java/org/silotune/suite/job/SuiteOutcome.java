package org.silotune.suite.job;

import java.util.List;
import org.silotune.suite.cell.Cell;
import org.silotune.suite.table.ClaimRow;

/**
 * How a suite ended.
 *
 * @param cells how many it has
 * @param run how many of them this start ran to their end
 * @param missing those without numbers
 * @param findings a line a data set and adapter, for people
 * @param claims what was compared
 * @param report the folder of the report
 * @param tables the folder of the tables
 */
public record SuiteOutcome(
    int cells,
    int run,
    List<Cell> missing,
    String findings,
    List<ClaimRow> claims,
    String report,
    String tables) {

  public SuiteOutcome {
    missing = List.copyOf(missing);
    claims = List.copyOf(claims);
  }
}
