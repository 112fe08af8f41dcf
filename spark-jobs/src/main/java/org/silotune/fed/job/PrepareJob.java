package org.silotune.fed.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.silotune.fed.run.NumericEnvironment;
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
   */
  public static PreparedFolder run(
      ExperimentConfig config,
      Optional<String> data,
      String folder,
      ModelHub hub,
      FetchPolicy policy,
      JobListener listener) {
    var base = LoadedBase.open(hub, policy, config.model(), config.data().template(), listener);
    try (var session =
        JobSession.open(config.spark(), NumericEnvironment.NONE, "silotune prepare")) {
      return new JobData(session, base, listener).prepare(config.data(), data, folder);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot close Spark", e);
    }
  }
}
