package org.silotune.prep.split;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silotune.prep.PreparationException;

/**
 * Silos of few categories: each silo takes rows of {@code categories} of them, and each row goes to
 * one of the silos that take its category with equal chance, by the hash of (seed, row). A row
 * whose category no silo takes has no silo. Source: Li, Diao, Chen and He, "Federated Learning on
 * Non-IID Data Silos", arXiv 2102.02079, section IV-A, as Flower Datasets' pathological partitioner
 * has it; that cuts a category's rows into equal parts as they come, which these are on average.
 *
 * @param count number of silos
 * @param categories of every silo, at least 1
 * @param choice how a silo's categories are chosen
 */
public record Pathological(int count, int categories, Choice choice) implements CategorySilos {

  /** What configuration calls it. */
  public static final String NAME = "pathological";

  /** How the categories of silo k = 0, 1, ... are chosen; they are in the order of their names. */
  public enum Choice {
    /** By the hash of (seed, silo, category). */
    RANDOM,
    /** The first is number k, starting over after the last, the others are by hash. */
    FIRST_DETERMINISTIC,
    /** Number k and those that follow, starting over after the last. */
    DETERMINISTIC
  }

  public Pathological {
    SiloNames.requirePositive(count);
    if (categories < 1) {
      throw new PreparationException(
          "Invalid categories of a silo %d: must be >= 1".formatted(categories));
    }
  }

  /** Returns three silos of two categories, the first of each by its number. */
  public static Pathological defaults() {
    return new Pathological(3, 2, Choice.FIRST_DETERMINISTIC);
  }

  @Override
  public boolean needsCensus() {
    return true;
  }

  @Override
  public SiloAssignment assignment(long seed, Census census) {
    List<String> known = List.copyOf(census.rowsByCategory().keySet());
    if (categories > known.size()) {
      throw new PreparationException(
          "Invalid categories of a silo %d: the data has %d (%s)"
              .formatted(categories, known.size(), String.join(", ", known)));
    }
    TreeMap<String, ArrayList<String>> takers = new TreeMap<>();
    List<String> silos = silos();
    for (int k = 0; k < count; k++) {
      for (String category : taken(seed, k, known)) {
        takers.computeIfAbsent(category, c -> new ArrayList<>()).add(silos.get(k));
      }
    }
    return assignment(seed, takers);
  }

  private static SiloAssignment assignment(
      long seed, SortedMap<String, ArrayList<String>> takersByCategory) {
    TreeMap<String, ArrayList<String>> takers = new TreeMap<>(takersByCategory);
    return (siloKey, category, rowId) ->
        Optional.ofNullable(takers.get(category))
            .map(
                silos ->
                    silos.get((int) (new KeyedHash(seed, NAME).add(rowId).unit() * silos.size())));
  }

  private List<String> taken(long seed, int silo, List<String> known) {
    List<String> byHash = new ArrayList<>(known);
    byHash.sort(
        Comparator.comparing(
            category ->
                new KeyedHash(seed, "pathological-categories")
                    .add(Integer.toString(silo))
                    .add(category)
                    .hex128()));
    List<String> taken = new ArrayList<>();
    switch (choice) {
      case RANDOM -> taken.addAll(byHash);
      case FIRST_DETERMINISTIC -> {
        taken.add(known.get(silo % known.size()));
        byHash.stream().filter(category -> !taken.contains(category)).forEach(taken::add);
      }
      case DETERMINISTIC -> {
        for (int i = 0; i < categories; i++) {
          taken.add(known.get((silo + i) % known.size()));
        }
      }
    }
    return taken.subList(0, categories);
  }
}
