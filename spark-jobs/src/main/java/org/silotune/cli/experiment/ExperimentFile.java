package org.silotune.cli.experiment;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silotune.cli.experiment.ConfigNode.Scalar;
import org.silotune.cli.experiment.ConfigNode.Section;
import org.silotune.fed.job.ExperimentConfig;
import org.silotune.prep.dataset.DatasetRegistry;
import org.silotune.prep.job.PrepareConfig;

/**
 * An experiment as it is written: a YAML file with overrides on top. Its relative paths are
 * relative to the file, those of overrides to the working directory. A named data set gives the
 * defaults of its files, columns and silos.
 */
public final class ExperimentFile {

  private static final String MODEL = "model";
  private static final List<String> MAPS = List.of("placement.hosts.", "spark.settings.");
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
    return of(tree, path.getParent());
  }

  /**
   * Returns the experiment that a tree says.
   *
   * @param folder what relative paths of its file are relative to
   */
  static ExperimentConfig of(Section tree, Path folder) {
    var config =
        new RecordBinder(new ScalarValue(folder, Path.of("").toAbsolutePath()))
            .bind(ExperimentConfig.class, tree, standing(tree));
    boolean overridden =
        tree.entries().get(MODEL) instanceof Scalar scalar && scalar.place().startsWith(OVERRIDE);
    var beside = folder.resolve(config.model()).normalize();
    // A model may be a path as well as a name; only a path that is there can be meant as one.
    return !overridden && config.model().contains("/") && Files.exists(beside)
        ? config.withModel(beside.toString())
        : config;
  }

  /** What holds where nothing is written: the defaults, with those of a named data set. */
  private static ExperimentConfig standing(Section tree) {
    var defaults = ExperimentConfig.defaults();
    if (!(tree.entries().get("data") instanceof Section data
        && data.entries().get("source") instanceof Section source
        && source.entries().get("dataset") instanceof Scalar name
        && !name.isNone())) {
      return defaults;
    }
    var registry = DatasetRegistry.standard();
    return registry
        .find(name.text())
        .map(dataset -> defaults.withData(PrepareConfig.of(dataset)))
        .orElseThrow(
            () ->
                new ConfigException(
                    registry.unknown(
                        "data.source.dataset %s in %s".formatted(name.text(), name.place()),
                        name.text())));
  }

  /** Returns an experiment as YAML, every key with its value. */
  public static String toYaml(ExperimentConfig config) {
    return ConfigText.of(config);
  }

  /**
   * Returns the experiment whose keys {@link #toFlat} gave.
   *
   * @param place where they are recorded, as messages say it
   */
  public static ExperimentConfig ofFlat(Map<String, String> flat, String place) {
    var tree = new Section(Map.of(), place);
    for (var entry : new TreeMap<>(flat).entrySet()) {
      tree = ConfigTree.with(tree, words(entry.getKey()), entry.getValue(), place);
    }
    var folder = Path.of("").toAbsolutePath();
    return new RecordBinder(new ScalarValue(folder, folder)).bind(ExperimentConfig.class, tree);
  }

  /** Returns the words of a key. The name of a map's entry is one word, whatever its dots. */
  private static List<String> words(String key) {
    for (var map : MAPS) {
      if (key.startsWith(map)) {
        List<String> words = new ArrayList<>(List.of(map.split("\\.")));
        words.add(key.substring(map.length()));
        return words;
      }
    }
    return List.of(key.split("\\.", -1));
  }

  /** Returns every key of an experiment, or of a section of one, with dots, and its value. */
  public static SortedMap<String, String> toFlat(Record config) {
    return ConfigText.flat(config);
  }
}
