package org.silotune.fed.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.silotune.fed.FederationException;
import org.silotune.fed.metrics.SiloMetrics;
import org.silotune.fed.round.FakeSilos;
import org.silotune.llm.tensor.NamedTensors;

final class ClientTest {

  @Test
  void seedsAreTheDocumentedHash() {
    // printf of int64 5, int32 3, "local-update", 0, "a", through sha256sum: the first 8 bytes
    assertThat(new Seeds(5).localUpdate(3, "a")).isEqualTo(SEED_5_3_A);
  }

  private static final long SEED_5_3_A = 0x11de06674c881cfaL;

  @Test
  void seedsDifferByRunRoundSiloAndPurpose() {
    Set<Long> seeds = new HashSet<>();
    for (long run = 0; run < 5; run++) {
      for (int round = 1; round <= 5; round++) {
        for (String silo : List.of("a", "b", "ab", "")) {
          seeds.add(new Seeds(run).localUpdate(round, silo));
          seeds.add(new Seeds(run).cohortRank(round, silo));
        }
      }
    }
    assertThat(seeds).hasSize(5 * 5 * 4 * 2);
  }

  @Test
  void aProximalTermWithoutStrengthIsRefused() {
    assertThatThrownBy(() -> new FedProx(0))
        .isInstanceOf(FederationException.class)
        .hasMessage("Invalid proximal-mu 0.0: must be finite and above 0");
    assertThatThrownBy(() -> new FedProx(Double.NaN))
        .hasMessage("Invalid proximal-mu NaN: must be finite and above 0");
  }

  @Test
  void weightsAreExamplesTokensOrOne() {
    SiloMetrics metrics = new SiloMetrics(4, 12, 900, 310, 1.5, 0, 1, "cpu", false, 1);
    assertThat(metrics.onGpu()).isFalse();
    assertThat(SiloMetrics.NONE.onGpu()).isFalse();
    assertThat(new SiloMetrics(4, 12, 900, 310, 1.5, 0, 1, "gpu 0", false, 1).onGpu()).isTrue();
    WorkBound bound = new WorkBound(20, 500);

    assertThat(Weighting.EXAMPLES.weight(metrics)).isEqualTo(12);
    assertThat(Weighting.EXAMPLES.maximum(bound)).isEqualTo(20);
    assertThat(Weighting.TOKENS.weight(metrics)).isEqualTo(310);
    assertThat(Weighting.TOKENS.maximum(bound)).isEqualTo(500);
    assertThat(Weighting.UNIFORM.weight(metrics)).isEqualTo(1);
    assertThat(Weighting.UNIFORM.weight(SiloMetrics.NONE)).isZero();
    assertThat(Weighting.UNIFORM.maximum(bound)).isEqualTo(1);
  }

  @Test
  void tensorsCrossProcessesBitForBit() throws Exception {
    NamedTensors tensors =
        NamedTensors.builder()
            .put("b", new long[] {2, 1}, new float[] {Float.MIN_VALUE, -0f})
            .put("a", new long[] {3}, new float[] {1, Float.NaN, 3})
            .build();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(TensorMessage.of(tensors));
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      NamedTensors read = ((TensorMessage) in.readObject()).tensors();
      read.requireSameLayout(tensors);
      assertThat(read.values("a")).containsExactly(tensors.values("a"));
      assertThat(read.values("b")).containsExactly(tensors.values("b"));
    }
  }

  @Test
  void strictHostsAdmitNobodyElse() {
    SiloDescriptor strict = FakeSilos.silo("a", 1, List.of("h1", "h2"), Placement.STRICT);
    SiloDescriptor preferred = FakeSilos.silo("a", 1, List.of("h1"), Placement.PREFERRED);

    assertThat(strict.admits("h2")).isTrue();
    assertThat(strict.admits("h3")).isFalse();
    assertThat(preferred.admits("h3")).isTrue();
  }

  @Test
  void siloNamesThatTablesCannotHoldAreRefused() {
    assertThatThrownBy(() -> FakeSilos.silo("*", 1))
        .isInstanceOf(FederationException.class)
        .hasMessage(
            "Invalid silo name '*': must be 1 to 200 characters without control characters, and not *");
  }

  @Test
  void progressSaysPaceAndTimeLeft() {
    StepProgress progress = new StepProgress(1, "a", 5, 20, 2.5, 1000, Duration.ofSeconds(10));

    assertThat(progress.tokensPerSecond()).isEqualTo(100);
    assertThat(progress.timeLeft()).isEqualTo(Duration.ofSeconds(30));
  }
}
