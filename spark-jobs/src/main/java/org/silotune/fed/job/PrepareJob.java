package org.silotune.fed.job;

import java.util.Optional;
import org.silotune.fed.run.NumericEnvironment;
import org.silotune.fed.run.PreparationLock;
import org.silotune.llm.hub.FetchPolicy;
import org.silotune.llm.hub.ModelHub;
import org.silotune.prep.shard.PreparedFolder;

/** Prepares an experiment's raw data for its model, as {@link TrainJob} does it into the run. */
public final class PrepareJob {

  private PrepareJob() {}

  /**
   * Returns the prepared folder.
   *
   * @param data a path or URI in place of the experiment's own source
   * @param folder where to, absent or empty
   * @throws org.silotune.fed.run.RunInUseException if another process prepares data into it
   */
  @SuppressWarnings("try") // the lock is held, not used
  public static PreparedFolder run(
      ExperimentConfig config,
      Optional<String> data,
      String folder,
      ModelHub hub,
      FetchPolicy policy,
      JobListener listener) {
    try (var held = PreparationLock.take(folder, JobSession.storage(config.spark()))) {
      var base =
          LoadedBase.open(
              hub, policy, config.model(), config.precision(), config.data().template(), listener);
      return inSpark(config, data, folder, base, listener);
    }
  }

  private static PreparedFolder inSpark(
      ExperimentConfig config,
      Optional<String> data,
      String folder,
      LoadedBase base,
      JobListener listener) {
    try (var session =
        JobSession.open(config.spark(), NumericEnvironment.NONE, "silotune prepare")) {
      return new JobData(session.spark(), base, listener).prepare(config, data, folder);
    }
  }
}
