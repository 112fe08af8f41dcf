package org.silotune.fed.run;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silotune.fed.client.SiloOutcome.CarriedState;
import org.silotune.fed.server.ServerState;

/**
 * All that the next round starts from, committed by one rename.
 *
 * @param round 0 is before the first round
 * @param record empty for round 0
 */
public record RoundCheckpoint(int round, ServerState state, Optional<RoundRecord> record) {

  public RoundCheckpoint {
    if (record.isPresent() == (round == 0)) {
      throw new IllegalArgumentException(
          "Invalid checkpoint of round %d: a record belongs to every round but 0".formatted(round));
    }
  }

  /** Returns by silo the file of state that its next local update starts from. */
  public SortedMap<String, CarriedState> carried() {
    return record
        .map(RoundRecord::carried)
        .orElse(Collections.unmodifiableSortedMap(new TreeMap<>()));
  }
}
