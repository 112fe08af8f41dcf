package org.silotune.prep.split;

import java.util.List;
import java.util.Optional;

/**
 * Silos that do not differ: each row goes to one of {@code count} silos with equal chance, by the
 * hash of (seed, row). The sizes are those of fair dice, within a few square roots of equal;
 * exactly equal sizes would move rows whenever one arrives. Flower Datasets' IID partitioner cuts
 * the rows into equal stretches as they come.
 *
 * @param count number of silos
 */
public record Iid(int count) implements CountedSilos {

  /** What configuration calls it. */
  public static final String NAME = "iid";

  public Iid {
    SiloNames.requirePositive(count);
  }

  /** Returns three silos. */
  public static Iid defaults() {
    return new Iid(3);
  }

  @Override
  public SiloAssignment assignment(long seed, Census census) {
    List<String> silos = silos();
    return (siloKey, category, rowId) ->
        Optional.of(silos.get((int) (new KeyedHash(seed, "iid").add(rowId).unit() * count)));
  }
}
