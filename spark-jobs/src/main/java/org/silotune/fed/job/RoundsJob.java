package org.silotune.fed.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.silotune.fed.aggregate.SiloReplies;
import org.silotune.fed.client.LocalUpdateRunner;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.client.SiloReply;
import org.silotune.fed.metrics.HeldOutSplit;
import org.silotune.fed.metrics.SplitLoss;
import org.silotune.fed.round.FederatedConfig;
import org.silotune.fed.round.FederatedTraining;
import org.silotune.fed.round.RoundListener;
import org.silotune.fed.run.AdapterFormat;
import org.silotune.fed.run.NumericEnvironment;
import org.silotune.fed.run.RunDirectory;
import org.silotune.fed.run.RunResult;
import org.silotune.fed.run.RunTables;
import org.silotune.fed.run.ScratchFolder;
import org.silotune.fed.spark.ExecutorSettings;
import org.silotune.fed.spark.SparkClientExecutor;
import org.silotune.llm.tensor.NamedTensors;

/**
 * Rounds on Spark and nothing around them: no data, no scores, no tables, and a run folder that
 * does not outlive the job.
 */
public final class RoundsJob {

  private static final String NAME = "rounds";

  private final SparkConfig spark;
  private final FederatedConfig config;
  private final LocalUpdateRunner runner;

  /** Rounds of silos that {@code runner} updates. */
  public RoundsJob(SparkConfig spark, FederatedConfig config, LocalUpdateRunner runner) {
    this.spark = spark;
    this.config = config;
    this.runner = runner;
  }

  /** Runs all rounds from {@code initial} on. */
  public RunResult run(
      List<SiloDescriptor> silos,
      NamedTensors initial,
      AdapterFormat format,
      RoundListener listener) {
    NumericEnvironment environment = NumericEnvironment.NONE;
    try (var session = JobSession.open(spark, environment, "silotune " + NAME);
        ScratchFolder scratch = ScratchFolder.create();
        RunDirectory run =
            RunDirectory.claim(
                scratch.folder("runs").toString(), NAME, session.context().hadoopConfiguration())) {
      var executor =
          new SparkClientExecutor(
              session.context(), runner, ExecutorSettings.defaults(), config.recovery());
      return new FederatedTraining(
              config,
              silos,
              runner,
              executor,
              RoundsJob::unscored,
              run,
              format,
              RunTables.none(),
              listener)
          .run(() -> initial);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot create a folder for the rounds", e);
    }
  }

  private static SiloReplies<SplitLoss> unscored(
      int round, HeldOutSplit split, NamedTensors adapter, List<SiloDescriptor> silos) {
    return SiloReplies.of(
        silos.stream().map(silo -> SiloReply.of(silo.name(), SplitLoss.NONE, "", "")).toList());
  }
}
