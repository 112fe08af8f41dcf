package org.silotune.suite.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ClaimTest {

  private static final SeedBootstrap BOOTSTRAP = SeedBootstrap.ofSeed(0);
  private static final double[] WEIGHTS = {1, 1, 1, 1};

  @Test
  void aClaimHoldsWhereTheIntervalAndEverySeedSaySo() {
    var claim = claim(new double[][] {{1, 2, 1, 2}, {1, 1, 1, 1}}, 0.5, 0.25);
    assertThat(claim.verdict()).isEqualTo(Verdict.HOLDS);
    assertThat(claim.sentence())
        .isEqualTo(
            "global > federated: holds. The test loss of global is better than that of federated by 0.3750 nats a token (95 % interval 0.2500 to 0.5000, 4 test rows), with each of 2 seeds.");
  }

  @Test
  void theOppositeIsSaidWhereItHolds() {
    var claim = claim(new double[][] {{1, 2, 1, 2}, {1, 1, 1, 1}}, -0.5, -0.25);
    assertThat(claim.verdict()).isEqualTo(Verdict.REVERSED);
    assertThat(claim.sentence())
        .isEqualTo(
            "global > federated: does not hold. The test loss of federated is better than that of global by 0.3750 nats a token (95 % interval 0.2500 to 0.5000, 4 test rows), with each of 2 seeds.");
  }

  @Test
  void seedsThatDisagreeTellNothing() {
    var claim = claim(new double[][] {{1, 2, 1, 2}, {1, 1, 1, 1}}, 0.5, -0.25);
    assertThat(claim.verdict()).isEqualTo(Verdict.OPEN);
    assertThat(claim.sentence())
        .isEqualTo(
            "global > federated: cannot be told at 2 seeds. The advantage of global in test loss is 0.1250 nats a token (95 % interval -0.2500 to 0.5000, 4 test rows); 1 of 2 seeds is on its side.");
  }

  @Test
  void oneSeedTellsNothingHoweverLargeTheDifference() {
    var claim = claim(new double[][] {{1, 2, 1, 2}}, 5);
    assertThat(claim.verdict()).isEqualTo(Verdict.OPEN);
    assertThat(claim.sentence())
        .startsWith("global > federated: cannot be told at 1 seed. ")
        .endsWith("; 1 of 1 seed is on its side.");
  }

  @Test
  void ofSomethingThatIsBetterMoreTheSignIsTheOther() {
    var points = new Measure("a acc", "acc of a", "points of 1", "questions", false);
    var worse = new Observed(List.of(1L, 2L), new double[][] {{0, 1, 0, 0}, {0, 0, 1, 0}}, WEIGHTS);
    var better =
        new Observed(List.of(1L, 2L), new double[][] {{1, 1, 1, 1}, {1, 1, 1, 1}}, WEIGHTS);
    assertThat(Claim.of(BOOTSTRAP, "x", points, "a", better, "b", worse).advantage().value())
        .isEqualTo(0.75);
    assertThat(
            Claim.of(BOOTSTRAP, "x", Measure.TEST_LOSS, "a", better, "b", worse)
                .advantage()
                .value())
        .isEqualTo(-0.75);
  }

  @Test
  void twoClaimsHoldTogetherOnlyIfBothDo() {
    assertThat(Verdict.HOLDS.and(Verdict.HOLDS)).isEqualTo(Verdict.HOLDS);
    assertThat(Verdict.HOLDS.and(Verdict.OPEN)).isEqualTo(Verdict.OPEN);
    assertThat(Verdict.OPEN.and(Verdict.REVERSED)).isEqualTo(Verdict.REVERSED);
  }

  /** Federated has the values, global has so much less of loss with each seed. */
  private static Claim claim(double[][] federated, double... less) {
    double[][] global = new double[federated.length][];
    List<Long> seeds = federated.length == 1 ? List.of(1L) : List.of(1L, 2L);
    for (int s = 0; s < federated.length; s++) {
      global[s] = federated[s].clone();
      for (int i = 0; i < global[s].length; i++) {
        global[s][i] -= less[s];
      }
    }
    return Claim.of(
        BOOTSTRAP,
        "x",
        Measure.TEST_LOSS,
        "global",
        new Observed(seeds, global, WEIGHTS),
        "federated",
        new Observed(seeds, federated, WEIGHTS));
  }
}
