package org.silotune.suite.stats;

import java.util.Locale;

/**
 * That one arm is better than another, with what the observations say of it.
 *
 * @param better the arm that is claimed to be better
 * @param worse the other
 * @param measure by what
 * @param advantage by how much it is better; negative where it is worse
 */
public record Claim(String better, String worse, Measure measure, Estimate advantage) {

  /**
   * Compares two arms.
   *
   * @param label what tells this comparison's draws apart from others'
   */
  public static Claim of(
      SeedBootstrap bootstrap,
      String label,
      Measure measure,
      String better,
      Observed betterGot,
      String worse,
      Observed worseGot) {
    String own = "%s %s %s %s".formatted(label, measure.name(), better, worse);
    return new Claim(
        better, worse, measure, measure.advantage(bootstrap, own, betterGot, worseGot));
  }

  /** Returns what the observations say. */
  public Verdict verdict() {
    return Verdict.of(advantage);
  }

  /** Returns the claim in short: {@code global > federated}. */
  public String text() {
    return "%s > %s".formatted(better, worse);
  }

  /** Returns a sentence that says no more than the observations do. */
  public String sentence() {
    String seeds = "%d seed%s".formatted(advantage.seeds(), advantage.seeds() == 1 ? "" : "s");
    return switch (verdict()) {
      case HOLDS ->
          "%s: holds. The %s of %s is better than that of %s by %s, with each of %s."
              .formatted(text(), measure.words(), better, worse, figures(advantage), seeds);
      case REVERSED ->
          "%s: does not hold. The %s of %s is better than that of %s by %s, with each of %s."
              .formatted(
                  text(), measure.words(), worse, better, figures(advantage.negated()), seeds);
      case OPEN ->
          "%s: cannot be told at %s. The advantage of %s in %s is %s; %d of %s %s on its side."
              .formatted(
                  text(),
                  seeds,
                  better,
                  measure.words(),
                  figures(advantage),
                  forBetter(),
                  seeds,
                  forBetter() == 1 ? "is" : "are");
    };
  }

  /** Returns how many seeds by themselves are on the claim's side. */
  public long forBetter() {
    return advantage.bySeed().stream().filter(mean -> mean > 0).count();
  }

  private String figures(Estimate shown) {
    return String.format(
        Locale.ROOT,
        "%.4f %s (95 %% interval %.4f to %.4f, %d %s)",
        shown.value(),
        measure.unit(),
        shown.low(),
        shown.high(),
        shown.examples(),
        measure.examples());
  }
}
