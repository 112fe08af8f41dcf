package org.silotune.suite.config;

import java.util.Collections;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silotune.suite.InvalidSuiteException;

/**
 * How much of a data set a scale takes. Rows are counted over all silos, and each silo has an equal
 * part of them, or all it has where that is less; without a limit every row is taken.
 *
 * @param silos the largest silos, at most so many; at least 1
 * @param train rows that are trained on, at least 1 a silo
 * @param validation rows that choose the best round, may be 0
 * @param test rows that arms are compared on, at least 1 a silo
 * @param tasks by name or file, how many of a task's first questions are asked; at least 1
 */
public record DatasetScale(
    OptionalInt silos,
    OptionalInt train,
    OptionalInt validation,
    OptionalInt test,
    SortedMap<String, Integer> tasks) {

  public DatasetScale {
    requireAtLeast("silos", silos, 1);
    requireAtLeast("train", train, 1);
    requireAtLeast("validation", validation, 0);
    requireAtLeast("test", test, 1);
    tasks = Collections.unmodifiableSortedMap(new TreeMap<>(tasks));
    tasks.forEach(
        (task, limit) -> requireAtLeast("limit of task " + task, OptionalInt.of(limit), 1));
  }

  /** Returns all silos and rows, and no task. */
  public static DatasetScale defaults() {
    return new DatasetScale(
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        new TreeMap<>());
  }

  private static void requireAtLeast(String what, OptionalInt value, int least) {
    if (value.isPresent() && value.getAsInt() < least) {
      throw new InvalidSuiteException(
          "Invalid %s %d: must be at least %d".formatted(what, value.getAsInt(), least));
    }
  }
}
