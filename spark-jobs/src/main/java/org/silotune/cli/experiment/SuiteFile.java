package org.silotune.cli.experiment;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.silotune.cli.experiment.ConfigNode.Nothing;
import org.silotune.cli.experiment.ConfigNode.Scalar;
import org.silotune.cli.experiment.ConfigNode.Section;
import org.silotune.fed.job.ExperimentConfig;
import org.silotune.llm.NearestName;
import org.silotune.suite.config.DatasetScale;

/**
 * A suite as it is written:
 *
 * <pre>
 * name: fs-llm
 * experiment: ...                       keys of an experiment, of every cell
 * data-sets:
 *   fed-dolly: { folder: dolly-15k, note: what its results mean, experiment: ... }
 * adapters:
 *   lora: { lora: ... }                 keys of an experiment
 * scales:
 *   small: { seeds: [1, 2], adapters: [lora], data-sets: { fed-dolly: { train: 48 } }, experiment: ... }
 * </pre>
 *
 * An experiment is what the file says, under the data set's, the adapter's, the scale's and {@code
 * --set}.
 */
public final class SuiteFile {

  private static final String EXPERIMENT = "experiment";
  private static final String DATA_SETS = "data-sets";
  private static final String ADAPTERS = "adapters";
  private static final String SCALES = "scales";
  private static final String ROWS = "rows";
  private static final List<String> KEYS = List.of("name", EXPERIMENT, DATA_SETS, ADAPTERS, SCALES);

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");

  private final Path folder;
  private final String name;
  private final Section experiment;
  private final Map<String, Section> datasets;
  private final Map<String, Section> adapters;
  private final Map<String, Section> scales;

  private SuiteFile(Path folder, Section tree) {
    this.folder = folder;
    if (!(tree.entries().get("name") instanceof Scalar named)) {
      throw new ConfigException("Missing key name in %s".formatted(tree.place()));
    }
    this.name = requireName("name", named.text(), named.place());
    this.experiment = section(tree, EXPERIMENT);
    this.datasets = named(section(tree, DATA_SETS), DATA_SETS);
    this.adapters = named(section(tree, ADAPTERS), ADAPTERS);
    this.scales = named(section(tree, SCALES), SCALES);
  }

  /**
   * What a scale takes.
   *
   * @param seeds of its cells, at least one
   * @param adapters by name, at least one
   */
  record ScaleEntry(List<Long> seeds, List<String> adapters) {
    ScaleEntry {
      seeds = List.copyOf(seeds);
      adapters = List.copyOf(adapters);
      if (seeds.isEmpty() || seeds.stream().distinct().count() < seeds.size()) {
        throw new IllegalArgumentException(
            "Invalid seeds %s: name at least one, and each once".formatted(seeds));
      }
      if (adapters.isEmpty() || adapters.stream().distinct().count() < adapters.size()) {
        throw new IllegalArgumentException(
            "Invalid adapters %s: name at least one, and each once".formatted(adapters));
      }
    }
  }

  /**
   * What a data set says beside its experiment.
   *
   * @param folder where its files lie below a folder of several
   * @param note for readers of the report
   */
  record DatasetEntry(Optional<String> folder, Optional<String> note) {}

  /**
   * Reads a suite.
   *
   * @throws ConfigException that names the key, the value and the line
   */
  public static SuiteFile read(Path file) {
    var path = file.toAbsolutePath().normalize();
    var tree = ConfigTree.read(path);
    tree.entries()
        .forEach(
            (key, node) -> {
              if (!KEYS.contains(key)) {
                throw new ConfigException(
                    "Unknown key %s in %s%s: known keys of a suite are %s"
                        .formatted(
                            key,
                            node.place(),
                            NearestName.hint(key, KEYS),
                            String.join(", ", KEYS)));
              }
            });
    return new SuiteFile(path.getParent(), tree);
  }

  /** Returns what the suite is called. */
  public String name() {
    return name;
  }

  /** Returns the folder that relative paths in it are relative to. */
  public Path folder() {
    return folder;
  }

  /**
   * Returns a scale.
   *
   * @throws ConfigException if there is none of that name, or it names what is not there
   */
  public Scale scale(String scale) {
    var entry = required(scales, scale, "scale").entries();
    var rest = new LinkedHashMap<>(entry);
    rest.remove(EXPERIMENT);
    rest.remove(DATA_SETS);
    var place = scales.get(scale).place();
    var own = binder().bind(ScaleEntry.class, new Section(rest, place));
    own.adapters().forEach(adapter -> required(adapters, adapter, "adapter"));
    Map<String, DatasetScale> taken = new LinkedHashMap<>();
    named(section(scales.get(scale), DATA_SETS), DATA_SETS)
        .forEach(
            (dataset, limits) -> {
              required(datasets, dataset, "data set");
              taken.put(
                  dataset, binder().bind(DatasetScale.class, limits, DatasetScale.defaults()));
            });
    if (taken.isEmpty()) {
      throw new ConfigException(
          "Invalid data-sets of scale %s in %s: name at least one".formatted(scale, place));
    }
    return new Scale(scale, own.seeds(), own.adapters(), taken);
  }

  /**
   * A scale as the file has it.
   *
   * @param name of the scale
   * @param seeds of its cells
   * @param adapters by name
   * @param datasets how much of each is taken
   */
  public record Scale(
      String name, List<Long> seeds, List<String> adapters, Map<String, DatasetScale> datasets) {}

  /** Returns the folder of a data set below one that holds several. */
  public String folderOf(String dataset) {
    return entryOf(dataset).folder().orElse(dataset);
  }

  /** Returns what a reader must know of a data set to judge its results. */
  public Optional<String> noteOf(String dataset) {
    return entryOf(dataset).note();
  }

  private DatasetEntry entryOf(String dataset) {
    var entry = new LinkedHashMap<>(required(datasets, dataset, "data set").entries());
    entry.remove(EXPERIMENT);
    return binder().bind(DatasetEntry.class, new Section(entry, datasets.get(dataset).place()));
  }

  /** Returns what all cells of a scale have in common. */
  public ExperimentConfig experiment(Scale scale, List<String> overrides) {
    return experiment(List.of(section(scales.get(scale.name()), EXPERIMENT)), overrides);
  }

  /** Returns the experiment of the cells of a data set, adapter and seed. */
  public ExperimentConfig experiment(
      Scale scale, String dataset, String adapter, long seed, List<String> overrides) {
    var all = new ArrayList<>(overrides);
    all.add("federated.seed=" + seed);
    return experiment(
        List.of(
            section(datasets.get(dataset), EXPERIMENT),
            required(adapters, adapter, "adapter"),
            section(scales.get(scale.name()), EXPERIMENT)),
        all);
  }

  private ExperimentConfig experiment(List<Section> above, List<String> overrides) {
    var tree = experiment;
    for (var section : above) {
      tree = ConfigTree.over(tree, section);
    }
    for (var override : overrides) {
      tree = ConfigTree.with(tree, override);
    }
    return ExperimentFile.of(tree, folder);
  }

  private RecordBinder binder() {
    return new RecordBinder(new ScalarValue(folder, Path.of("").toAbsolutePath()));
  }

  private static Section section(Section tree, String key) {
    var node = tree.entries().get(key);
    if (node == null || node instanceof Nothing) {
      return new Section(Map.of(), tree.place());
    }
    if (node instanceof Section section) {
      return section;
    }
    throw new ConfigException(
        "Invalid value of %s in %s: must be a section with keys, found %s"
            .formatted(key, node.place(), node.kind()));
  }

  private static Map<String, Section> named(Section tree, String key) {
    Map<String, Section> named = new LinkedHashMap<>();
    tree.entries()
        .forEach(
            (name, node) -> {
              requireName("name in " + key, name, node.place());
              named.put(name, section(tree, name));
            });
    return named;
  }

  private static String requireName(String what, String name, String place) {
    if (!NAME.matcher(name).matches() || name.equals(ROWS)) {
      throw new ConfigException(
          "Invalid %s %s in %s: must be 1 to 40 small letters, digits or dashes, and not %s"
              .formatted(what, name, place, ROWS));
    }
    return name;
  }

  private Section required(Map<String, Section> known, String asked, String what) {
    var found = known.get(asked);
    if (found == null) {
      throw new ConfigException(
          "Unknown %s %s%s: suite %s has %s"
              .formatted(
                  what,
                  asked,
                  NearestName.hint(asked, known.keySet()),
                  name,
                  String.join(", ", known.keySet())));
    }
    return found;
  }
}
