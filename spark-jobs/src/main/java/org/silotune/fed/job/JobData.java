package org.silotune.fed.job;

import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.silotune.fed.run.RunDirectory;
import org.silotune.fed.run.RunMismatchException;
import org.silotune.prep.job.EmptySilos;
import org.silotune.prep.job.Preparation;
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
        return given;
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
    var own = config.data();
    base.requireContext(own.maxLength());
    var settings = data.map(place -> own.withSource(own.source().withPlace(place))).orElse(own);
    var emptySilos = EmptySilos.allowedIf(config.federated().allowEmptySilos());
    listener.stage("Preparing data");
    return Preparation.run(
        session, settings, emptySilos, base.path(), folder, listener.preparing());
  }
}
