package org.silotune.suite.cell;

/**
 * What a cell took.
 *
 * @param trainRows rows it learnt from
 * @param steps optimizer steps of all silos and rounds
 * @param tokens that they computed
 * @param bytesDown sent to silos over all rounds, as serialised; 0 where nobody shares
 * @param bytesUp sent by silos
 * @param trainSeconds wall time of the rounds, without scoring
 * @param seconds wall time of the cell in the process that finished it
 * @param peakBytes the most memory that the suite's process had resident meanwhile; 0 where the
 *     system does not say
 */
public record CellCosts(
    long trainRows,
    long steps,
    long tokens,
    long bytesDown,
    long bytesUp,
    double trainSeconds,
    double seconds,
    long peakBytes) {

  /** Of a cell that did nothing. */
  public static final CellCosts NONE = new CellCosts(0, 0, 0, 0, 0, 0, 0, 0);
}
