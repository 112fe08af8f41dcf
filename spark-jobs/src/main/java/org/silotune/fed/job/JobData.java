package org.silotune.fed.job;

import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.silotune.fed.run.RunDirectory;
import org.silotune.fed.run.RunMismatchException;
import org.silotune.prep.job.EmptySilos;
import org.silotune.prep.job.IncrementalPreparation;
import org.silotune.prep.job.Preparation;
import org.silotune.prep.job.PrepareConfig;
import org.silotune.prep.job.PreparedTable;
import org.silotune.prep.job.PreparedVersion;
import org.silotune.prep.job.RowScope;
import org.silotune.prep.shard.PreparedFolder;

/** Finds or makes the prepared data of a job. */
final class JobData {

  private static final String FOLDER = "data";

  /** Of the kind that a run's next start removes. */
  private static final String CHECKED = ".tmp-data-elsewhere";

  private final SparkSession session;
  private final LoadedBase base;
  private final JobListener listener;

  /** The data of a job on a running Spark, for a model. */
  JobData(SparkSession session, LoadedBase base, JobListener listener) {
    this.session = session;
    this.base = base;
    this.listener = listener;
  }

  /**
   * Returns the prepared data of a run: the given folder if it is prepared, else {@code
   * <run>/data}, prepared now unless the run has begun with it.
   */
  PreparedFolder of(TrainRequest request, RunDirectory run) {
    var folder = PreparedFolder.at(run.uri(FOLDER));
    folder.removeUnfinished();
    if (request.data().isPresent()) {
      var given = PreparedFolder.at(request.data().get());
      if (given.exists()) {
        return asBegun(run, given);
      }
    }
    if (run.manifest().isPresent() && folder.exists()) {
      if (!run.config().map(request::isFromPlaceOf).orElse(false)) {
        requireSameContent(request, run, folder);
      }
      return folder;
    }
    run.storage().delete(FOLDER); // of a start that ended before the run was described
    return prepare(request.config(), request.data(), run.uri(FOLDER));
  }

  /** A folder that took in rows since the run began is read as it was then. */
  private static PreparedFolder asBegun(RunDirectory run, PreparedFolder given) {
    return run.manifest()
        .map(manifest -> manifest.hashes().get("data"))
        .flatMap(given::asOf)
        .orElse(given);
  }

  /** Raw data that lies elsewhere than before is prepared once more, and compared. */
  private void requireSameContent(TrainRequest request, RunDirectory run, PreparedFolder folder) {
    run.storage().delete(CHECKED);
    try {
      var checked = prepare(request.config(), request.data(), run.uri(CHECKED + "/" + FOLDER));
      var here = checked.manifest().contentSha256();
      var recorded = folder.manifest().contentSha256();
      if (!here.equals(recorded)) {
        throw new RunMismatchException(
            "Cannot resume run %s with other data: its content has sha256 %s, that of the run %s; name the data it began with, or use another run id"
                .formatted(run.runId(), here, recorded));
      }
    } finally {
      run.storage().delete(CHECKED);
    }
  }

  /**
   * Prepares raw data.
   *
   * @param data a path or URI in place of the experiment's own source
   * @param folder where to
   */
  PreparedFolder prepare(ExperimentConfig config, Optional<String> data, String folder) {
    var settings = settings(config, data);
    var emptySilos = EmptySilos.allowedIf(config.federated().allowEmptySilos());
    listener.stage("Preparing data");
    return Preparation.run(
        session, settings, emptySilos, base.path(), folder, listener.preparing());
  }

  /**
   * Prepares the rows of raw data that a folder does not have.
   *
   * @param data a path or URI in place of the experiment's own source
   * @param folder where to
   */
  PreparedVersion follow(
      ExperimentConfig config, Optional<String> data, String folder, RowScope scope) {
    var settings = settings(config, data);
    var emptySilos = EmptySilos.allowedIf(config.federated().allowEmptySilos());
    listener.stage("Looking for new rows");
    return IncrementalPreparation.run(
        session, settings, emptySilos, base.path(), folder, scope, listener.preparing());
  }

  /**
   * Returns a folder that is to be written and is whole already, made at once from this data by
   * these settings, for an experiment that has a table beside it.
   */
  Optional<PreparedFolder> preparedAlready(
      ExperimentConfig config, Optional<String> data, String folder) {
    return config
        .data()
        .sink()
        .map(sink -> PreparedFolder.at(folder))
        .filter(PreparedFolder::exists)
        .filter(there -> !there.manifest().hasVersions())
        .filter(
            there ->
                Preparation.isDone(session, there.manifest(), settings(config, data), base.path()));
  }

  /** Checks that the experiment's table, if it has one, is that of a folder or of nobody. */
  void requireOwnTable(ExperimentConfig config, String folder) {
    config
        .data()
        .sink()
        .ifPresent(sink -> PreparedTable.requireOwn(session, sink, PreparedFolder.at(folder)));
  }

  /**
   * Brings the experiment's table, if it has one, up to date with a folder.
   *
   * @return whether it was not
   */
  boolean fillTable(ExperimentConfig config, PreparedFolder folder) {
    var filled = config.data().sink().filter(sink -> PreparedTable.follow(session, sink, folder));
    filled.ifPresent(
        sink -> listener.stage("Table %s holds the folder's rows".formatted(sink.table())));
    return filled.isPresent();
  }

  private PrepareConfig settings(ExperimentConfig config, Optional<String> data) {
    var own = config.data();
    base.requireContext(own.maxLength());
    return data.map(place -> own.withSource(own.source().withPlace(place))).orElse(own);
  }
}
