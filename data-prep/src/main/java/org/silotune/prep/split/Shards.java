package org.silotune.prep.split;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.silotune.prep.PreparationException;

/**
 * Silos that are made of shards: the rows in the order of their categories are cut into {@code
 * count * shards} shards of equal size, and each silo is dealt {@code shards} of them. Inside its
 * category a row lies where the hash of (seed, row) puts it, so the sizes hold on average. Source:
 * McMahan et al., "Communication-Efficient Learning of Deep Networks from Decentralized Data",
 * arXiv 1602.05629, section 3, as Flower Datasets' shard partitioner has it; that leaves out the
 * rows that remain when shards are of a whole number of rows, where these shards hold all.
 *
 * @param count number of silos
 * @param shards of every silo, at least 1
 */
public record Shards(int count, int shards) implements CategorySilos {

  /** What configuration calls it. */
  public static final String NAME = "shards";

  public Shards {
    SiloNames.requirePositive(count);
    if (shards < 1) {
      throw new PreparationException("Invalid shards of a silo %d: must be >= 1".formatted(shards));
    }
  }

  /** Returns three silos of two shards. */
  public static Shards defaults() {
    return new Shards(3, 2);
  }

  @Override
  public boolean needsCensus() {
    return true;
  }

  @Override
  public SiloAssignment assignment(long seed, Census census) {
    TreeMap<String, Stretch> stretches = new TreeMap<>();
    long begin = 0;
    for (var category : census.rowsByCategory().entrySet()) {
      stretches.put(category.getKey(), new Stretch(begin, category.getValue()));
      begin += category.getValue();
    }
    double rows = begin;
    List<String> silos = silos();
    ArrayList<Integer> siloByShard = dealt(seed);
    return (siloKey, category, rowId) -> {
      Stretch stretch = stretches.get(category);
      if (stretch == null) {
        return Optional.empty();
      }
      double unit = new KeyedHash(seed, NAME).add(rowId).unit();
      double place = (stretch.begin + unit * stretch.rows) / rows;
      int shard = Math.min((int) (place * siloByShard.size()), siloByShard.size() - 1);
      return Optional.of(silos.get(siloByShard.get(shard)));
    };
  }

  /** Where the rows of a category lie among all. */
  private record Stretch(long begin, long rows) implements java.io.Serializable {}

  /** Returns the silo of each shard: the shards in the order of their hashes, so many a silo. */
  private ArrayList<Integer> dealt(long seed) {
    List<Integer> order =
        IntStream.range(0, count * shards)
            .boxed()
            .sorted(
                Comparator.comparing(
                    shard ->
                        new KeyedHash(seed, "shards-dealt").add(Integer.toString(shard)).hex128()))
            .toList();
    ArrayList<Integer> silos = new ArrayList<>(order);
    for (int i = 0; i < order.size(); i++) {
      silos.set(order.get(i), i / shards);
    }
    return silos;
  }
}
