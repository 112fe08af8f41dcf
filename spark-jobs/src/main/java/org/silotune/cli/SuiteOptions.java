package org.silotune.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.silotune.cli.experiment.ConfigException;
import org.silotune.cli.experiment.ExperimentFile;
import org.silotune.cli.experiment.SuiteFile;
import org.silotune.eval.task.DataFolder;
import org.silotune.fed.job.ExperimentConfig;
import org.silotune.fed.job.StoredFolder;
import org.silotune.llm.NearestName;
import org.silotune.llm.hub.ModelCache;
import org.silotune.prep.dataset.DatasetHub;
import org.silotune.suite.config.DatasetScale;
import org.silotune.suite.config.Suite;
import org.silotune.suite.config.SuiteDataset;
import org.silotune.suite.config.SuiteSetting;
import org.silotune.suite.config.SuiteTask;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The suite that a command works on: a file, a scale, and what of it is wanted. */
final class SuiteOptions {

  private static final String NONE = "none";

  @Parameters(
      index = "0",
      paramLabel = "SUITE",
      description = "The suite's file, such as submit/experiments/fs-llm.yaml.")
  private Path file;

  @Option(
      names = "--scale",
      paramLabel = "SCALE",
      defaultValue = "small",
      description = "One of the file's scales; default ${DEFAULT-VALUE}.")
  private String scale;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = {
        "A folder that holds a folder a data set, and the files of tasks, as a path or URI."
            + " Without it named data sets are in the cache, where datasets fetch puts them."
      })
  private @Nullable String data;

  @Option(
      names = "--data-sets",
      paramLabel = "NAME",
      split = ",",
      description = "Only these of the scale's data sets, with commas.")
  private List<String> datasets = new ArrayList<>();

  @Option(
      names = "--adapters",
      paramLabel = "NAME",
      split = ",",
      description = "Only these of the scale's adapters, with commas.")
  private List<String> adapters = new ArrayList<>();

  @Option(
      names = "--tasks",
      paramLabel = "TASK",
      split = ",",
      description = "Only these of the scale's tasks, with commas, or none.")
  private List<String> tasks = new ArrayList<>();

  @Option(
      names = "--seeds",
      paramLabel = "N",
      split = ",",
      description = "These seeds in place of the scale's, with commas.")
  private List<Long> seeds = new ArrayList<>();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Set a key of every cell's experiment; may be repeated.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "A registered model, a folder or a .gguf file, in place of the suite's.")
  private @Nullable String model;

  /** Reads the suite. */
  Suite read() {
    var read = SuiteFile.read(file);
    var taken = read.scale(scale);
    var names = chosen("data set", datasets, taken.datasets().keySet(), "scale " + scale + " has");
    var own = chosen("adapter", adapters, taken.adapters(), "scale " + scale + " has");
    requireTasks(taken.datasets());
    var numbers = seeds.isEmpty() ? taken.seeds() : seeds;
    requireOnce(numbers);
    var common = named(read.experiment(taken, overrides));
    List<SuiteDataset> suite = new ArrayList<>();
    for (var name : names) {
      List<SuiteSetting> settings = new ArrayList<>();
      for (var adapter : own) {
        for (long seed : numbers) {
          var config = named(read.experiment(taken, name, adapter, seed, overrides));
          settings.add(new SuiteSetting(adapter, seed, config, ExperimentFile.toFlat(config)));
        }
      }
      requireAlike(name, settings, common);
      var place = place(read, name, settings.get(0).config());
      var limits = taken.datasets().get(name);
      suite.add(
          new SuiteDataset(name, read.noteOf(name), place, limits, tasks(read, limits), settings));
    }
    return new Suite(read.name(), scale, common, suite, taskRows());
  }

  private ExperimentConfig named(ExperimentConfig config) {
    return model == null ? config : config.withModel(model);
  }

  private static List<String> chosen(
      String what, List<String> asked, Collection<String> known, String whose) {
    for (var name : asked) {
      if (!known.contains(name)) {
        throw new ConfigException(
            "Unknown %s %s%s: %s %s"
                .formatted(
                    what, name, NearestName.hint(name, known), whose, String.join(", ", known)));
      }
    }
    return asked.isEmpty() ? List.copyOf(known) : known.stream().filter(asked::contains).toList();
  }

  private void requireTasks(Map<String, DatasetScale> datasets) {
    List<String> known =
        datasets.values().stream()
            .flatMap(each -> each.tasks().keySet().stream())
            .distinct()
            .toList();
    if (!tasks.equals(List.of(NONE))) {
      chosen("task", tasks, known, "scale " + scale + " asks");
    }
  }

  private static void requireOnce(List<Long> seeds) {
    if (seeds.stream().distinct().count() < seeds.size()) {
      throw new ConfigException("Invalid --seeds %s: name each once".formatted(seeds));
    }
  }

  /**
   * The arms of a data set share one preparation, and one silo more or less would have no place.
   */
  private static void requireAlike(
      String dataset, List<SuiteSetting> settings, ExperimentConfig common) {
    for (var setting : settings) {
      requireSameBase(dataset, setting.config(), common);
      if (!setting.config().data().equals(settings.get(0).config().data())) {
        throw new ConfigException(
            "Invalid adapter %s of data set %s: it changes keys of data, which all cells of a data set share"
                .formatted(setting.adapter(), dataset));
      }
      if (!setting.config().placement().hosts().isEmpty()) {
        throw new ConfigException(
            "Invalid placement.hosts of data set %s: a suite brings silos together, so it runs where all may be opened; leave it out"
                .formatted(dataset));
      }
    }
  }

  /** One base model is resident, and one Spark runs, for all cells. */
  private static void requireSameBase(
      String dataset, ExperimentConfig config, ExperimentConfig common) {
    boolean same =
        config.model().equals(common.model())
            && config.precision().equals(common.precision())
            && config.data().template().equals(common.data().template())
            && config.local().threads() == common.local().threads()
            && config.spark().equals(common.spark());
    if (!same) {
      throw new ConfigException(
          "Invalid experiment of data set %s: model, precision, data.template, local.threads and spark are those of all cells; set them in the suite's or the scale's experiment"
              .formatted(dataset));
    }
  }

  private Optional<String> place(SuiteFile read, String dataset, ExperimentConfig config) {
    var source = config.data().source();
    if (data == null || source.hasPlace()) {
      if (!source.hasPlace() && source.dataset().isEmpty()) {
        throw new ConfigException(
            "Missing data of %s: it is no data set with a name; put its files into %s of a folder and name that with --data, or leave it out with --data-sets"
                .formatted(dataset, read.folderOf(dataset)));
      }
      var unused = new DatasetHub(ModelCache.standard()).placed(source); // says what to fetch
      return Optional.empty();
    }
    var folder = Places.existingFolder("--data", data).child(read.folderOf(dataset));
    if (!folder.exists()) {
      throw new ConfigException(
          "Missing data of %s: there is no folder %s; put its files there, or leave it out with --data-sets"
              .formatted(dataset, folder.place()));
    }
    return Optional.of(folder.place());
  }

  private List<SuiteTask> tasks(SuiteFile read, DatasetScale limits) {
    Map<String, String> wanted = new LinkedHashMap<>();
    for (var task : limits.tasks().keySet()) {
      if (tasks.isEmpty() || tasks.contains(task)) {
        var beside = read.folder().resolve(task);
        wanted.put(task, task.endsWith(".yaml") && Files.exists(beside) ? beside.toString() : task);
      }
    }
    var configs = TaskNames.read(List.copyOf(wanted.values()));
    List<SuiteTask> asked = new ArrayList<>();
    int i = 0;
    for (var task : wanted.keySet()) {
      asked.add(new SuiteTask(configs.get(i++), limits.tasks().get(task)));
    }
    return asked;
  }

  /** Below {@code --data}, else below the cache's folder of data sets. */
  private DataFolder taskRows() {
    var folder =
        data == null
            ? StoredFolder.at(ModelCache.standard().datasets().toString())
            : StoredFolder.at(data);
    return new DataFolder() {
      @Override
      public String place() {
        return folder.place();
      }

      @Override
      public Optional<byte[]> read(String path) {
        return folder.bytes(path);
      }
    };
  }

  /** Returns the scale that is asked for. */
  String scale() {
    return scale;
  }

  /** Returns the arguments that say the same again. */
  String words() {
    var words = new StringBuilder("silotune benchmark %s --scale %s".formatted(file, scale));
    append(words, "--data-sets", datasets);
    append(words, "--adapters", adapters);
    append(words, "--tasks", tasks);
    append(words, "--seeds", seeds.stream().map(String::valueOf).toList());
    overrides.forEach(each -> words.append(" --set ").append(each));
    if (model != null) {
      words.append(" --model ").append(model);
    }
    return words.append(data == null ? "" : " --data DIR").toString();
  }

  private static void append(StringBuilder words, String option, List<String> values) {
    if (!values.isEmpty()) {
      words.append(' ').append(option).append(' ').append(String.join(",", values));
    }
  }
}
