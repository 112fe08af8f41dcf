package org.silotune.fed.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.silotune.fed.FederationException;
import org.silotune.fed.client.FedProx;
import org.silotune.fed.client.PlainLoss;
import org.silotune.fed.client.ScheduleSpan;
import org.silotune.fed.client.Weighting;
import org.silotune.fed.sample.ClientSampler;
import org.silotune.fed.server.FedAdam;
import org.silotune.fed.server.FedAvg;

final class FederatedConfigTest {

  @Test
  void theDefaultsAreExactlyThese() {
    assertThat(FederatedConfig.defaults())
        .isEqualTo(
            new FederatedConfig(
                3,
                1,
                new PlainLoss(),
                new FedAvg(1),
                Weighting.EXAMPLES,
                new ClientSampler.All(),
                0.5,
                Optional.empty(),
                Optional.empty(),
                false,
                false,
                ScheduleSpan.RUN,
                false,
                new EvaluationConfig(1, Optional.empty(), 0),
                new RecoveryConfig(Duration.ofMinutes(30), 3, Optional.of(1))));
    assertThat(FedAdam.defaults()).isEqualTo(new FedAdam(0.01, 0.9, 0.99, 0.001));
    assertThat(FedProx.defaults()).isEqualTo(new FedProx(0.01));
  }

  @Test
  void theKeysAreExactlyThese() {
    assertThat(components(FederatedConfig.class))
        .containsExactly(
            "rounds",
            "seed",
            "client",
            "server",
            "weighting",
            "sampling",
            "quorum",
            "clipNorm",
            "deadline",
            "allowEmptySilos",
            "carryOptimizer",
            "scheduleSpan",
            "exact",
            "evaluation",
            "recovery");
    assertThat(components(EvaluationConfig.class))
        .containsExactly("everyRounds", "patience", "minImprovement");
    assertThat(components(RecoveryConfig.class))
        .containsExactly("stallAfter", "placementAttempts", "keepRounds");
    assertThat(components(FedAdam.class))
        .containsExactly("serverLearningRate", "beta1", "beta2", "tau");
    assertThat(components(FedAvg.class)).containsExactly("serverLearningRate");
    assertThat(components(FedProx.class)).containsExactly("proximalMu");
  }

  @Test
  void valuesOutsideTheirRangeAreRefused() {
    refused(
        () -> with(0, 0.5, Optional.empty(), Optional.empty()),
        "Invalid rounds 0: must be at least 1");
    refused(
        () -> with(1, 0, Optional.empty(), Optional.empty()),
        "Invalid quorum 0.0: must be above 0 and at most 1");
    refused(
        () -> with(1, 1, Optional.of(-1.0), Optional.empty()),
        "Invalid clip-norm -1.0: must be above 0 and at most 2^40");
    refused(
        () -> with(1, 1, Optional.empty(), Optional.of(Duration.ZERO)),
        "Invalid deadline PT0S: must be above 0");
    refused(
        () -> new EvaluationConfig(0, Optional.empty(), 0),
        "Invalid every-rounds 0: must be at least 1");
    refused(
        () -> new EvaluationConfig(1, Optional.of(0), 0), "Invalid patience 0: must be at least 1");
    refused(
        () -> new EvaluationConfig(1, Optional.empty(), Double.NaN),
        "Invalid min-improvement NaN: must be finite and at least 0");
    refused(
        () -> new RecoveryConfig(Duration.ofSeconds(1), 1, Optional.of(0)),
        "Invalid keep-rounds 0: must be at least 1, for a run goes on from its last round");
    refused(
        () -> new RecoveryConfig(Duration.ZERO, 1, Optional.of(1)),
        "Invalid stall-after PT0S: must be above 0");
    refused(
        () -> new RecoveryConfig(Duration.ofSeconds(1), -1, Optional.of(1)),
        "Invalid placement-attempts -1: must be at least 0");
  }

  @Test
  void aQuorumIsAFractionOfTheCohortRoundedUp() {
    assertThat(with(1, 0.5, Optional.empty(), Optional.empty()).quorumOf(7)).isEqualTo(4);
    assertThat(with(1, 0.3, Optional.empty(), Optional.empty()).quorumOf(10)).isEqualTo(3);
    assertThat(with(1, 0.01, Optional.empty(), Optional.empty()).quorumOf(3)).isEqualTo(1);
  }

  private static FederatedConfig with(
      int rounds, double quorum, Optional<Double> clipNorm, Optional<Duration> deadline) {
    return Altered.config(
        FederatedConfig.defaults(),
        Map.of("rounds", rounds, "quorum", quorum, "clipNorm", clipNorm, "deadline", deadline));
  }

  private static void refused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable make, String message) {
    assertThatThrownBy(make).isInstanceOf(FederationException.class).hasMessage(message);
  }

  private static List<String> components(Class<?> record) {
    return Arrays.stream(record.getRecordComponents()).map(RecordComponent::getName).toList();
  }
}
