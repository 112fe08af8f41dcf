package org.silotune.suite.stats;

/**
 * What a difference of two arms says of the claim that one is better. A claim holds only if the
 * whole interval is on its side and every seed by itself is too: an interval over few seeds is too
 * short. One seed tells nothing, for nobody knows what another would give.
 */
public enum Verdict {
  /** The claim holds. */
  HOLDS("holds"),
  /** The opposite holds. */
  REVERSED("does not hold"),
  /** The observations do not tell. */
  OPEN("cannot be told");

  private static final int LEAST_SEEDS = 2;

  private final String words;

  Verdict(String words) {
    this.words = words;
  }

  /** Returns the words that a claim's sentence ends with. */
  public String words() {
    return words;
  }

  /**
   * Returns the verdict.
   *
   * @param advantage by how much the arm that is claimed to be better is better
   */
  public static Verdict of(Estimate advantage) {
    if (advantage.seeds() < LEAST_SEEDS || advantage.agreeing() < advantage.seeds()) {
      return OPEN;
    }
    if (advantage.low() > 0) {
      return HOLDS;
    }
    return advantage.high() < 0 ? REVERSED : OPEN;
  }

  /** Returns the verdict of two claims together. */
  public Verdict and(Verdict other) {
    if (this == REVERSED || other == REVERSED) {
      return REVERSED;
    }
    return this == HOLDS && other == HOLDS ? HOLDS : OPEN;
  }
}
