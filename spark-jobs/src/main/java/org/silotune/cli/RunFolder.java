package org.silotune.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import org.silotune.cli.experiment.ExperimentFile;
import org.silotune.fed.job.PlacementConfig;
import org.silotune.fed.run.RecordedRun;
import org.silotune.llm.model.ModelOptions;

/**
 * A run's folder on this machine, as commands read it.
 *
 * @param folder of the run
 * @param values its configuration
 */
record RunFolder(Path folder, SortedMap<String, String> values) {

  /** Returns the run that a folder is. */
  static Optional<RunFolder> at(Path folder) {
    return RecordedRun.at(folder)
        .flatMap(RecordedRun::config)
        .map(config -> new RunFolder(folder, config.values()));
  }

  /** Returns the run that a folder is, or is a part of: its adapters, its data. */
  static Optional<RunFolder> around(Path folder) {
    var parent = folder.toAbsolutePath().normalize().getParent();
    return at(folder).or(() -> Optional.ofNullable(parent).flatMap(RunFolder::at));
  }

  /** Returns where the run's prepared data is. */
  String data() {
    var own = folder.resolve("data");
    return Files.isDirectory(own)
        ? Places.absolute(own.toString())
        : values.getOrDefault("data", "");
  }

  /** Returns where the run's silos may be opened. */
  PlacementConfig placement() {
    return ExperimentFile.placement(values, folder.toString());
  }

  /** Returns how the run holds its base model and computes with it. */
  ModelOptions precision() {
    return ExperimentFile.precision(values, folder.toString());
  }
}
