package org.silotune.fed.job;

import java.util.Optional;
import java.util.function.Function;
import org.silotune.fed.run.NumericEnvironment;
import org.silotune.fed.run.PreparationLock;
import org.silotune.llm.hub.FetchPolicy;
import org.silotune.llm.hub.ModelHub;
import org.silotune.prep.job.PreparedTable;
import org.silotune.prep.job.PreparedVersion;
import org.silotune.prep.job.RowScope;
import org.silotune.prep.shard.PreparedFolder;

/** Prepares an experiment's raw data for its model, as {@link TrainJob} does it into the run. */
public final class PrepareJob {

  private PrepareJob() {}

  /**
   * Returns the prepared folder. Where the experiment has a table beside it, a folder that the same
   * settings made from the same data and that the table does not hold, for a process was killed in
   * between, is put into the table.
   *
   * @param data a path or URI in place of the experiment's own source
   * @param folder where to, absent or empty
   * @throws org.silotune.fed.run.RunInUseException if another process prepares data into it
   */
  public static PreparedFolder run(
      ExperimentConfig config,
      Optional<String> data,
      String folder,
      ModelHub hub,
      FetchPolicy policy,
      JobListener listener) {
    return held(
        config,
        folder,
        hub,
        policy,
        listener,
        job -> {
          job.requireOwnTable(config, folder);
          var whole = job.preparedAlready(config, data, folder);
          if (whole.isPresent() && job.fillTable(config, whole.get())) {
            return whole.get();
          }
          var prepared = job.prepare(config, data, folder);
          job.fillTable(config, prepared);
          return prepared;
        });
  }

  /**
   * Brings an incremental folder up to date.
   *
   * @param data a path or URI in place of the experiment's own source
   * @param folder absent, empty, or written by this
   * @param scope which rows are prepared
   * @throws org.silotune.fed.run.RunInUseException if another process prepares data into it
   */
  public static PreparedVersion follow(
      ExperimentConfig config,
      Optional<String> data,
      String folder,
      RowScope scope,
      ModelHub hub,
      FetchPolicy policy,
      JobListener listener) {
    return held(
        config,
        folder,
        hub,
        policy,
        listener,
        job -> {
          job.requireOwnTable(config, folder);
          var version = job.follow(config, data, folder, scope);
          job.fillTable(config, version.folder());
          return version;
        });
  }

  @SuppressWarnings("try") // the lock is held, not used
  private static <T> T held(
      ExperimentConfig config,
      String folder,
      ModelHub hub,
      FetchPolicy policy,
      JobListener listener,
      Function<JobData, T> work) {
    config.data().sink().ifPresent(PreparedTable::requireJar);
    try (var held = PreparationLock.take(folder, JobSession.storage(config.spark()))) {
      var base = LoadedBase.open(hub, policy, config, listener);
      try (var session =
          JobSession.open(config.spark(), NumericEnvironment.NONE, "silotune prepare")) {
        return work.apply(new JobData(session.spark(), base, listener));
      }
    }
  }
}
