package org.silotune.suite.config;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silotune.eval.task.DataFolder;
import org.silotune.fed.job.ExperimentConfig;

/**
 * A suite at one scale.
 *
 * @param name what it is called
 * @param scale the scale's name
 * @param experiment what all cells have in common: model, precision, Spark
 * @param datasets in the order of the report
 * @param taskRows where the tasks' files lie
 */
public record Suite(
    String name,
    String scale,
    ExperimentConfig experiment,
    List<SuiteDataset> datasets,
    DataFolder taskRows) {

  private static final List<String> FREE =
      List.of("federated.recovery.", "placement.", "precision.offload", "spark.");

  public Suite {
    requireNonNull(name, "name");
    requireNonNull(scale, "scale");
    requireNonNull(experiment, "experiment");
    requireNonNull(taskRows, "taskRows");
    datasets = List.copyOf(datasets);
  }

  /**
   * Returns what the results of cells depend on, by keys that begin with the data set and the
   * adapter. Seeds are no part of it, nor is where Spark runs: a suite may grow by seeds, data sets
   * and adapters.
   */
  public SortedMap<String, String> recorded() {
    TreeMap<String, String> recorded = new TreeMap<>();
    for (SuiteDataset dataset : datasets) {
      String rows = dataset.name() + ".rows.";
      DatasetScale scale = dataset.scale();
      recorded.put(rows + "place", dataset.place().orElse("the experiment's"));
      recorded.put(rows + "silos", text(scale.silos().isPresent(), scale.silos().orElse(0)));
      recorded.put(rows + "train", text(scale.train().isPresent(), scale.train().orElse(0)));
      recorded.put(
          rows + "validation", text(scale.validation().isPresent(), scale.validation().orElse(0)));
      recorded.put(rows + "test", text(scale.test().isPresent(), scale.test().orElse(0)));
      for (SuiteSetting setting : dataset.settings()) {
        String prefix = "%s.%s.".formatted(dataset.name(), setting.adapter());
        setting
            .resolved()
            .forEach(
                (key, value) -> {
                  if (FREE.stream().noneMatch(key::startsWith) && !key.equals("federated.seed")) {
                    recorded.put(prefix + key, value);
                  }
                });
      }
    }
    return recorded;
  }

  private static String text(boolean limited, int limit) {
    return limited ? Integer.toString(limit) : "all";
  }
}
