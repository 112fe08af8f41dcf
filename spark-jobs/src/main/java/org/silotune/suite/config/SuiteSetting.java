package org.silotune.suite.config;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silotune.fed.job.ExperimentConfig;

/**
 * The experiment that the cells of one data set, adapter and seed share.
 *
 * @param adapter the adapter's name in the suite
 * @param seed of adapter, order of rows and choice of training rows
 * @param config the experiment
 * @param resolved every key of it with its value
 */
public record SuiteSetting(
    String adapter, long seed, ExperimentConfig config, SortedMap<String, String> resolved) {

  public SuiteSetting {
    requireNonNull(adapter, "adapter");
    requireNonNull(config, "config");
    resolved = Collections.unmodifiableSortedMap(new TreeMap<>(resolved));
  }
}
