package org.silotune.fed.job;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silotune.fed.FederationException;

/**
 * Where Spark runs. A run may change these between starts: they never change its bits.
 *
 * @param master Spark's master URL; absent is what {@code spark-submit} says, else {@code
 *     local[CORES,4]}. A local master needs its second number: with one attempt an I/O error costs
 *     a silo the round, or ends the run where it meets a score
 * @param settings any of Spark's own settings, such as {@code spark.executor.memory}
 */
public record SparkConfig(Optional<String> master, SortedMap<String, String> settings) {

  public SparkConfig {
    requireNonNull(master, "master");
    settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
    for (var key : settings.keySet()) {
      if (!key.startsWith("spark.")) {
        throw new FederationException(
            "Invalid Spark setting %s: must begin with spark.".formatted(key));
      }
    }
  }

  /** Returns the settings of a run that says nothing about Spark. */
  public static SparkConfig defaults() {
    return new SparkConfig(Optional.empty(), new TreeMap<>(Map.of()));
  }

  /** Returns the settings with another master. */
  public SparkConfig withMaster(String newMaster) {
    return new SparkConfig(Optional.of(newMaster), settings);
  }
}
