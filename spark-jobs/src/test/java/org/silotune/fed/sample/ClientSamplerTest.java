package org.silotune.fed.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.silotune.fed.FederationException;
import org.silotune.fed.client.Seeds;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.round.FakeSilos;

final class ClientSamplerTest {

  private static final Seeds SEEDS = new Seeds(5);
  private static final List<SiloDescriptor> SILOS =
      IntStream.range(0, 20).mapToObj(i -> silo("s%02d".formatted(i))).toList();

  @Test
  void everySiloComesInNameOrder() {
    List<SiloDescriptor> shuffled = new ArrayList<>(SILOS);
    Collections.shuffle(shuffled, new Random(1));

    assertThat(new ClientSampler.All().cohort(SEEDS, 1, shuffled)).isEqualTo(SILOS);
  }

  @Test
  void aCohortIsAFunctionOfSeedRoundAndNamesOnly() {
    ClientSampler sampler = new ClientSampler.UniformCount(4);
    List<SiloDescriptor> shuffled = new ArrayList<>(SILOS);
    Collections.shuffle(shuffled, new Random(1));

    assertThat(sampler.cohort(SEEDS, 3, shuffled)).isEqualTo(sampler.cohort(SEEDS, 3, SILOS));
    assertThat(sampler.cohort(SEEDS, 3, SILOS)).isSorted().hasSize(4).doesNotHaveDuplicates();
    assertThat(sampler.cohort(SEEDS, 4, SILOS)).isNotEqualTo(sampler.cohort(SEEDS, 3, SILOS));
    assertThat(sampler.cohort(new Seeds(6), 3, SILOS))
        .isNotEqualTo(sampler.cohort(SEEDS, 3, SILOS));
  }

  @Test
  void everySiloIsDrawnAboutAsOften() {
    ClientSampler sampler = new ClientSampler.UniformFraction(0.25);
    int[] drawn = new int[SILOS.size()];
    int rounds = 4_000;
    for (int round = 1; round <= rounds; round++) {
      for (SiloDescriptor silo : sampler.cohort(SEEDS, round, SILOS)) {
        drawn[SILOS.indexOf(silo)]++;
      }
    }

    // Binomial(4000, 1/4): mean 1000, standard deviation 27.4; five of them either way.
    for (int times : drawn) {
      assertThat(times).isBetween(863, 1137);
    }
  }

  @Test
  void aFractionIsRoundedButNeverToNone() {
    assertThat(new ClientSampler.UniformFraction(0.01).cohort(SEEDS, 1, SILOS)).hasSize(1);
    assertThat(new ClientSampler.UniformFraction(0.52).cohort(SEEDS, 1, SILOS)).hasSize(10);
    assertThat(new ClientSampler.UniformFraction(1).cohort(SEEDS, 1, SILOS)).isEqualTo(SILOS);
  }

  @Test
  void impossibleSamplesAreRefused() {
    assertThatThrownBy(() -> new ClientSampler.UniformCount(0))
        .isInstanceOf(FederationException.class)
        .hasMessage("Invalid sample count 0: must be at least 1");
    assertThatThrownBy(() -> new ClientSampler.UniformCount(21).cohort(SEEDS, 1, SILOS))
        .hasMessage("Invalid sample count 21: there are 20 silos");
    assertThatThrownBy(() -> new ClientSampler.UniformFraction(1.5))
        .hasMessage("Invalid sample fraction 1.5: must be above 0 and at most 1");
  }

  private static SiloDescriptor silo(String name) {
    return FakeSilos.silo(name, 1);
  }
}
