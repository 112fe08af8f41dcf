package org.silotune.cli;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.silotune.cli.experiment.ExperimentFile;
import org.silotune.fed.job.ExperimentConfig;
import org.silotune.fed.job.StoredFolder;
import org.silotune.fed.run.RecordedRun;

/**
 * A run's folder as commands read it.
 *
 * @param folder of the run
 * @param values its configuration
 */
record RunFolder(StoredFolder folder, SortedMap<String, String> values) {

  /** The prepared data's folder in a run, and the key that says where else it is. */
  private static final String DATA = "data";

  /** How far below a run its parts lie: {@code checkpoints/round-00001/adapter}. */
  private static final int DEEPEST = 3;

  /** Returns the run that a folder is. */
  static Optional<RunFolder> at(StoredFolder folder) {
    return folder
        .run()
        .flatMap(RecordedRun::config)
        .map(config -> new RunFolder(folder, config.values()));
  }

  /** Returns the run that a folder is, or is a part of: its adapters, its rounds', its data. */
  static Optional<RunFolder> around(StoredFolder folder) {
    var at = Optional.of(folder);
    for (int level = 0; level <= DEEPEST && at.isPresent(); level++) {
      var run = at.flatMap(RunFolder::at);
      if (run.isPresent()) {
        return run;
      }
      at = at.flatMap(StoredFolder::parent);
    }
    return Optional.empty();
  }

  /** Returns the run that a folder is, or is a part of; none where no folder is named. */
  static Optional<RunFolder> around(@Nullable String place) {
    return Optional.ofNullable(place).map(StoredFolder::at).flatMap(RunFolder::around);
  }

  /** Returns where the run's prepared data is, if the run says so. */
  Optional<StoredFolder> data() {
    var own = folder.child(DATA);
    return own.exists()
        ? Optional.of(own)
        : Optional.ofNullable(values.get(DATA)).map(StoredFolder::at);
  }

  /** Returns what the run does. */
  ExperimentConfig experiment() {
    var keys = new TreeMap<>(values);
    keys.remove(DATA);
    return ExperimentFile.ofFlat(keys, folder.child("config.json").place());
  }
}
