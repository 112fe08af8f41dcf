package org.silotune.fed.run;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;

/**
 * The file that makes a folder a run's: {@code run.json}.
 *
 * @param formatVersion of the whole folder
 * @param runId whose it is
 */
record RunMarker(int formatVersion, String runId) {

  static final String FILE = "run.json";

  private static final Pattern RUN_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
  private static final int FORMAT_VERSION = 2;
  private static final List<String> LOCKS = List.of(OsRunLock.FILE, LeaseRunLock.FILE);

  static RunMarker of(String runId) {
    return new RunMarker(FORMAT_VERSION, runId);
  }

  static Optional<RunMarker> read(RunStorage storage) {
    return storage.read(FILE).map(b -> Json.read(b, RunMarker.class, storage.uri(FILE)));
  }

  /**
   * Returns the storage of a run, which need not be there yet.
   *
   * @throws RunMismatchException if the id is none, or the folder holds something else
   */
  static RunStorage storage(String output, String runId, Configuration hadoop) {
    if (!RUN_ID.matcher(runId).matches()) {
      throw new RunMismatchException(
          "Invalid run id '%s': must be 1 to 100 letters, digits, dots, dashes or underscores, starting with a letter or digit"
              .formatted(runId));
    }
    RunStorage parent = RunStorage.at(output, hadoop);
    read(parent).ifPresent(m -> refuse(parent.uri(""), runId, "it is itself run " + m.runId()));
    RunStorage storage = RunStorage.at(parent.uri(runId), hadoop);
    requireOursOrEmpty(storage, runId);
    return storage;
  }

  private static void requireOursOrEmpty(RunStorage storage, String runId) {
    List<String> foreign =
        storage.list("").stream()
            .filter(name -> !LOCKS.contains(name) && !name.startsWith(".tmp-"))
            .toList();
    Optional<RunMarker> marker = read(storage); // listed before: another process may be starting
    if (marker.isPresent()) {
      if (!marker.get().runId().equals(runId)) {
        refuse(storage.uri(""), runId, "it holds run " + marker.get().runId());
      }
      marker.get().requireReadable(storage);
      return;
    }
    if (!foreign.isEmpty() && storage.exists(foreign.get(0))) { // or another one just left
      refuse(storage.uri(""), runId, "it holds %s and no run".formatted(foreign.get(0)));
    }
  }

  /**
   * Checks that this version reads the folder.
   *
   * @throws RunMismatchException if another version wrote it
   */
  void requireReadable(RunStorage storage) {
    if (formatVersion != FORMAT_VERSION) {
      throw new RunMismatchException(
          "Cannot use run %s in %s: it has format version %d, this version reads %d; use the version that made it, or another run id"
              .formatted(runId, storage.uri(""), formatVersion, FORMAT_VERSION));
    }
  }

  private static void refuse(String folder, String runId, String why) {
    throw new RunMismatchException(
        "Cannot use %s for run %s: %s; choose another output folder or run id"
            .formatted(folder, runId, why));
  }
}
