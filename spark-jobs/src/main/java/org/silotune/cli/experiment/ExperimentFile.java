package org.silotune.cli.experiment;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silotune.cli.experiment.ConfigNode.Scalar;
import org.silotune.cli.experiment.ConfigNode.Section;
import org.silotune.fed.job.ExperimentConfig;
import org.silotune.fed.job.PlacementConfig;
import org.silotune.llm.model.ModelOptions;

/**
 * An experiment as it is written: a YAML file with overrides on top. Its relative paths are
 * relative to the file, those of overrides to the working directory.
 */
public final class ExperimentFile {

  private static final String MODEL = "model";
  private static final String PRECISION = "precision.";
  private static final String PLACEMENT = "placement.";
  private static final String HOSTS = PLACEMENT + "hosts.";
  private static final String OVERRIDE = "--set ";

  private ExperimentFile() {}

  /**
   * Reads an experiment.
   *
   * @param overrides each {@code key=value}, the last one wins
   * @throws ConfigException that names the key, the value and the line
   */
  public static ExperimentConfig read(Path file, List<String> overrides) {
    var path = file.toAbsolutePath().normalize();
    var tree = ConfigTree.read(path);
    for (var override : overrides) {
      tree = ConfigTree.with(tree, override);
    }
    var folder = path.getParent();
    var config =
        new RecordBinder(new ScalarValue(folder, Path.of("").toAbsolutePath()))
            .bind(ExperimentConfig.class, tree);
    boolean overridden =
        tree.entries().get(MODEL) instanceof Scalar scalar && scalar.place().startsWith(OVERRIDE);
    var beside = folder.resolve(config.model()).normalize();
    // A model may be a path as well as a name; only a path that is there can be meant as one.
    return !overridden && config.model().contains("/") && Files.exists(beside)
        ? config.withModel(beside.toString())
        : config;
  }

  /** Returns an experiment as YAML, every key with its value. */
  public static String toYaml(ExperimentConfig config) {
    return ConfigText.of(config);
  }

  /** Returns where a run's silos may be opened, from its keys as {@link #toFlat} gives them. */
  public static PlacementConfig placement(Map<String, String> flat, String place) {
    Map<String, ConfigNode> hosts = new TreeMap<>();
    Map<String, ConfigNode> placement = new TreeMap<>();
    flat.forEach(
        (key, value) -> {
          if (key.startsWith(HOSTS)) {
            hosts.put(key.substring(HOSTS.length()), ConfigTree.value(value, place));
          } else if (key.startsWith(PLACEMENT)) {
            placement.put(key.substring(PLACEMENT.length()), ConfigTree.value(value, place));
          }
        });
    placement.put("hosts", new Section(hosts, place));
    var folder = Path.of("").toAbsolutePath();
    return new RecordBinder(new ScalarValue(folder, folder))
        .bind(PlacementConfig.class, new Section(placement, place));
  }

  /** Returns how a run holds its base model, from its keys as {@link #toFlat} gives them. */
  public static ModelOptions precision(Map<String, String> flat, String place) {
    Map<String, ConfigNode> precision = new TreeMap<>();
    flat.forEach(
        (key, value) -> {
          if (key.startsWith(PRECISION)) {
            precision.put(key.substring(PRECISION.length()), ConfigTree.value(value, place));
          }
        });
    var folder = Path.of("").toAbsolutePath();
    return new RecordBinder(new ScalarValue(folder, folder))
        .bind(
            ExperimentConfig.class,
            new Section(Map.of("precision", new Section(precision, place)), place))
        .precision();
  }

  /** Returns every key of an experiment, or of a section of one, with dots, and its value. */
  public static SortedMap<String, String> toFlat(Record config) {
    return ConfigText.flat(config);
  }
}
