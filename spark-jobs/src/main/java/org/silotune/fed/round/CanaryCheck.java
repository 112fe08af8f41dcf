package org.silotune.fed.round;

import java.util.List;
import java.util.Locale;
import org.silotune.fed.FederationException;
import org.silotune.fed.run.RunDirectory;

/**
 * Whether the executors of a run compute the same bits: every canary hash must equal that of the
 * run's manifest, which the first silo that computed fixes. Rounds are checked, and scores: they
 * steer the run.
 */
final class CanaryCheck {

  private final RunDirectory run;
  private final boolean exact;
  private final RoundListener listener;

  /** The executor that computed for a silo; the canary is empty where none was run. */
  record Seen(String silo, String host, String canary) {}

  CanaryCheck(RunDirectory run, boolean exact, RoundListener listener) {
    this.run = run;
    this.exact = exact;
    this.listener = listener;
  }

  /**
   * Checks executors, in the order of their silos' names, and returns whether all have the run's
   * bits; if not, the manifest keeps a warning.
   *
   * @param what they computed, such as {@code round 3}
   * @throws FederationException at another hash, if the run is to be exact
   */
  boolean check(String what, List<Seen> executors) {
    String recorded = run.canary();
    String expected = recorded;
    boolean same = true;
    for (Seen seen : executors) {
      if (expected.isEmpty()) {
        expected = seen.canary();
      }
      if (!seen.canary().isEmpty() && !seen.canary().equals(expected)) {
        same = false;
        differs(
            "executor %s of silo %s computes other bits: its canary is %s, the run's is %s"
                .formatted(seen.host(), seen.silo(), seen.canary(), expected),
            what);
      }
    }
    if (!expected.equals(recorded)) {
      run.recordCanary(expected);
    }
    return same;
  }

  private void differs(String difference, String what) {
    if (exact) {
      throw new FederationException("Cannot finish %s: %s".formatted(what, difference));
    }
    String warning =
        "%s%s: %s"
            .formatted(
                what.substring(0, 1).toUpperCase(Locale.ROOT), what.substring(1), difference);
    run.warn(warning);
    listener.warned(warning);
  }
}
