package org.silotune.fed.run;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silotune.fed.client.SiloOutcome.CarriedState;
import org.silotune.fed.metrics.RoundRow;
import org.silotune.fed.metrics.SiloRoundRow;

/**
 * The part of a committed round that is not tensors: {@code round.json}.
 *
 * @param round its row of the table of rounds
 * @param silos its rows of the table of silos and rounds, in silo-name order
 * @param carried by silo, the file of state that its next local update starts from
 */
public record RoundRecord(
    RoundRow round, List<SiloRoundRow> silos, SortedMap<String, CarriedState> carried) {

  public RoundRecord {
    silos = List.copyOf(silos);
    carried = Collections.unmodifiableSortedMap(new TreeMap<>(carried));
  }
}
