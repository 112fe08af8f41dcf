package org.silotune.suite.config;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * A data set of a suite at its scale.
 *
 * @param name in the suite
 * @param note what a reader must know to judge its results
 * @param place its raw rows, a path or URI; without it the experiments' own source
 * @param scale how much of it is taken
 * @param tasks that its cells are asked
 * @param settings an experiment an adapter and seed, at least one; they prepare data alike
 */
public record SuiteDataset(
    String name,
    Optional<String> note,
    Optional<String> place,
    DatasetScale scale,
    List<SuiteTask> tasks,
    List<SuiteSetting> settings) {

  public SuiteDataset {
    requireNonNull(name, "name");
    requireNonNull(note, "note");
    requireNonNull(place, "place");
    requireNonNull(scale, "scale");
    tasks = List.copyOf(tasks);
    settings = List.copyOf(settings);
    if (settings.isEmpty()) {
      throw new IllegalArgumentException("Invalid data set %s: no setting".formatted(name));
    }
  }

  /** Returns the experiment by which the data are prepared and the base model is scored. */
  public SuiteSetting first() {
    return settings.get(0);
  }
}
