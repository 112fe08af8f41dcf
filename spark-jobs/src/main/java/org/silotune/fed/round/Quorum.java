package org.silotune.fed.round;

import java.util.Collection;
import java.util.stream.Collectors;
import org.silotune.fed.FederationException;
import org.silotune.fed.client.SiloOutcome;

/** The least number of silos whose deltas must count for a round to be committed. */
record Quorum(int required) {

  /**
   * Checks a round's outcomes.
   *
   * @throws FederationException that names every silo that does not count, with its reason
   */
  void require(int round, Collection<SiloOutcome> outcomes) {
    long counted = outcomes.stream().filter(SiloOutcome::counts).count();
    if (counted < required) {
      throw new FederationException(
          "Cannot finish round %d: %d of %d silos gave a usable update, the quorum is %d: %s; see to the reasons and start the run again, or lower federated.quorum under another run id"
              .formatted(
                  round,
                  counted,
                  outcomes.size(),
                  required,
                  outcomes.stream()
                      .filter(outcome -> !outcome.counts())
                      .map(outcome -> "%s: %s".formatted(outcome.silo(), outcome.reason()))
                      .collect(Collectors.joining("; "))));
    }
  }
}
