package org.silotune.cli;

import java.util.Optional;
import java.util.SortedMap;
import org.silotune.cli.experiment.ExperimentFile;
import org.silotune.fed.job.PlacementConfig;
import org.silotune.fed.job.StoredFolder;
import org.silotune.fed.run.RecordedRun;
import org.silotune.llm.model.ModelOptions;

/**
 * A run's folder as commands read it.
 *
 * @param folder of the run
 * @param values its configuration
 */
record RunFolder(StoredFolder folder, SortedMap<String, String> values) {

  /** Returns the run that a folder is. */
  static Optional<RunFolder> at(StoredFolder folder) {
    return folder
        .run()
        .flatMap(RecordedRun::config)
        .map(config -> new RunFolder(folder, config.values()));
  }

  /** Returns the run that a folder is, or is a part of: its adapters, its data. */
  static Optional<RunFolder> around(StoredFolder folder) {
    return at(folder).or(() -> folder.parent().flatMap(RunFolder::at));
  }

  /** Returns where the run's prepared data is, if the run says so. */
  Optional<StoredFolder> data() {
    var own = folder.child("data");
    return own.exists()
        ? Optional.of(own)
        : Optional.ofNullable(values.get("data")).map(StoredFolder::at);
  }

  /** Returns where the run's silos may be opened. */
  PlacementConfig placement() {
    return ExperimentFile.placement(values, folder.place());
  }

  /** Returns how the run holds its base model and computes with it. */
  ModelOptions precision() {
    return ExperimentFile.precision(values, folder.place());
  }
}
