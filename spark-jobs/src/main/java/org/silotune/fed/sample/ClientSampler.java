package org.silotune.fed.sample;

import java.util.Comparator;
import java.util.List;
import org.silotune.fed.FederationException;
import org.silotune.fed.client.Seeds;
import org.silotune.fed.client.SiloDescriptor;

/** Which silos take part in a round; a closed choice. */
public sealed interface ClientSampler {

  /**
   * Returns the round's cohort in name order: a function of the run's seed, the round and the
   * silos' names, whatever order they come in.
   */
  List<SiloDescriptor> cohort(Seeds seeds, int round, List<SiloDescriptor> silos);

  /** Every silo, every round. */
  record All() implements ClientSampler {

    @Override
    public List<SiloDescriptor> cohort(Seeds seeds, int round, List<SiloDescriptor> silos) {
      return silos.stream().sorted().toList();
    }
  }

  /**
   * A fixed number of silos, drawn uniformly without replacement: those whose derived number ranks
   * first.
   *
   * @param count at least 1; at most the number of silos
   */
  record UniformCount(int count) implements ClientSampler {

    public UniformCount {
      if (count < 1) {
        throw new FederationException(
            "Invalid sample count %d: must be at least 1".formatted(count));
      }
    }

    @Override
    public List<SiloDescriptor> cohort(Seeds seeds, int round, List<SiloDescriptor> silos) {
      if (count > silos.size()) {
        throw new FederationException(
            "Invalid sample count %d: there are %d silos".formatted(count, silos.size()));
      }
      Comparator<SiloDescriptor> byRank =
          Comparator.comparingLong(silo -> seeds.cohortRank(round, silo.name()));
      return silos.stream()
          .sorted(byRank.thenComparing(Comparator.naturalOrder()))
          .limit(count)
          .sorted()
          .toList();
    }
  }

  /**
   * A fixed fraction of the silos, rounded to the nearest whole number but at least one.
   *
   * @param fraction above 0, at most 1
   */
  record UniformFraction(double fraction) implements ClientSampler {

    public UniformFraction {
      if (!(fraction > 0 && fraction <= 1)) {
        throw new FederationException(
            "Invalid sample fraction %s: must be above 0 and at most 1".formatted(fraction));
      }
    }

    @Override
    public List<SiloDescriptor> cohort(Seeds seeds, int round, List<SiloDescriptor> silos) {
      int count = (int) Math.max(1, Math.round(fraction * silos.size()));
      return new UniformCount(count).cohort(seeds, round, silos);
    }
  }
}
