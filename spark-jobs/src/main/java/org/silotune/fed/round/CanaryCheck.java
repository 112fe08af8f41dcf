package org.silotune.fed.round;

import java.util.Collection;
import org.silotune.fed.FederationException;
import org.silotune.fed.client.SiloOutcome;
import org.silotune.fed.run.RunDirectory;

/**
 * Whether the executors of a run compute the same bits: every canary hash must equal that of the
 * run's manifest, which the first silo of the first round fixes.
 */
final class CanaryCheck {

  private final RunDirectory run;
  private final boolean exact;
  private final RoundListener listener;

  CanaryCheck(RunDirectory run, boolean exact, RoundListener listener) {
    this.run = run;
    this.exact = exact;
    this.listener = listener;
  }

  /**
   * Checks the outcomes of a round, in silo-name order, and returns whether all have the run's
   * bits; if not, the manifest keeps a warning.
   *
   * @throws FederationException at another hash, if the run is to be exact
   */
  boolean check(int round, Collection<SiloOutcome> outcomes) {
    String recorded = run.canary();
    String expected = recorded;
    boolean same = true;
    for (SiloOutcome outcome : outcomes) {
      if (expected.isEmpty()) {
        expected = outcome.canary();
      }
      if (!outcome.canary().isEmpty() && !outcome.canary().equals(expected)) {
        same = false;
        differs(
            "executor %s of silo %s computes other bits: its canary is %s, the run's is %s"
                .formatted(outcome.host(), outcome.silo(), outcome.canary(), expected),
            round);
      }
    }
    if (!expected.equals(recorded)) {
      run.recordCanary(expected);
    }
    return same;
  }

  private void differs(String difference, int round) {
    if (exact) {
      throw new FederationException("Cannot finish round %d: %s".formatted(round, difference));
    }
    String warning = "Round %d: %s".formatted(round, difference);
    run.warn(warning);
    listener.warned(warning);
  }
}
