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

  /** The one setting of Spark's that a job has for itself: where times are given, they are UTC. */
  static final String TIME_ZONE = "spark.sql.session.timeZone";

  static final String UTC = "UTC";

  public SparkConfig {
    requireNonNull(master, "master");
    settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
    for (var key : settings.keySet()) {
      if (!key.startsWith("spark.")) {
        throw new FederationException(
            "Invalid Spark setting %s: must begin with spark.".formatted(key));
      }
    }
    var zone = settings.getOrDefault(TIME_ZONE, UTC);
    if (!zone.equals(UTC)) {
      throw new FederationException(
          "Invalid %s %s: must be UTC, for silos, ids and high-water marks of timestamps are texts, which would be others in each zone; leave it out"
              .formatted(TIME_ZONE, zone));
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
