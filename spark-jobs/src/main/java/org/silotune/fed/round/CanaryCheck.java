package org.silotune.fed.round;

import java.util.Collection;
import java.util.Optional;
import org.silotune.fed.FederationException;
import org.silotune.fed.client.SiloOutcome;
import org.silotune.fed.metrics.SiloRoundRow;
import org.silotune.fed.run.RoundCheckpoint;

/**
 * Whether the executors of a run compute the same bits: every canary hash must equal that of the
 * round before, and of the first silo in a first round.
 */
record CanaryCheck(Optional<String> reference) {

  static CanaryCheck of(RoundCheckpoint previous) {
    return new CanaryCheck(
        previous.record().stream()
            .flatMap(record -> record.silos().stream())
            .map(SiloRoundRow::canary)
            .filter(hash -> !hash.isEmpty())
            .findFirst());
  }

  /**
   * Checks the outcomes of a round, in silo-name order.
   *
   * @throws FederationException at another hash, if the run is to be exact; else it is a warning
   */
  void check(int round, Collection<SiloOutcome> outcomes, boolean exact, RoundListener listener) {
    Optional<String> expected = reference;
    for (SiloOutcome outcome : outcomes) {
      if (outcome.canary().isEmpty()) {
        continue;
      }
      if (expected.isEmpty()) {
        expected = Optional.of(outcome.canary());
      } else if (!expected.get().equals(outcome.canary())) {
        String difference =
            "executor %s of silo %s computes other bits: its canary is %s, the run's is %s"
                .formatted(outcome.host(), outcome.silo(), outcome.canary(), expected.get());
        if (exact) {
          throw new FederationException("Cannot finish round %d: %s".formatted(round, difference));
        }
        listener.warned("Round %d: %s".formatted(round, difference));
        return;
      }
    }
  }
}
