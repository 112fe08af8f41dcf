package org.silotune.fed.spark;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.eval.SparkHeldOutEvaluation;
import org.silotune.fed.round.FakeSilos;
import org.silotune.fed.round.FakeTrainer;
import org.silotune.fed.round.FederatedConfig;
import org.silotune.fed.round.FederatedTraining;
import org.silotune.fed.round.HeldOutEvaluation;
import org.silotune.fed.round.PlainAdapterFormat;
import org.silotune.fed.round.RecoveryConfig;
import org.silotune.fed.round.RoundListener;
import org.silotune.fed.run.RunDirectory;
import org.silotune.fed.run.RunResult;

/** A run over fake silos on Spark, of which each test changes one thing. */
record SparkRun(
    Path output,
    FederatedConfig config,
    List<SiloDescriptor> silos,
    FakeTrainer trainer,
    RoundListener listener,
    RecoveryConfig recovery) {

  static SparkRun in(Path output) {
    return new SparkRun(
        output,
        FederatedConfig.defaults(),
        FakeSilos.of(7),
        new FakeTrainer(),
        RoundListener.NONE,
        new RecoveryConfig(Duration.ofMinutes(5), 2, Optional.of(1)));
  }

  SparkRun with(FakeTrainer newTrainer) {
    return new SparkRun(output, config, silos, newTrainer, listener, recovery);
  }

  SparkRun with(RoundListener newListener) {
    return new SparkRun(output, config, silos, trainer, newListener, recovery);
  }

  SparkRun with(RecoveryConfig newRecovery) {
    return new SparkRun(output, config, silos, trainer, listener, newRecovery);
  }

  SparkRun with(FederatedConfig newConfig) {
    return new SparkRun(output, newConfig, silos, trainer, listener, recovery);
  }

  SparkRun withSilos(List<SiloDescriptor> newSilos) {
    return new SparkRun(output, config, newSilos, trainer, listener, recovery);
  }

  RunResult run(TestSpark spark, String runId) {
    JavaSparkContext context = new JavaSparkContext(spark.session().sparkContext());
    SiloInquiry inquiry = new SiloInquiry(context, ExecutorSettings.defaults(), recovery, listener);
    return run(spark, runId, new SparkHeldOutEvaluation(inquiry, trainer));
  }

  RunResult run(TestSpark spark, String runId, HeldOutEvaluation evaluation) {
    JavaSparkContext context = new JavaSparkContext(spark.session().sparkContext());
    ExecutorSettings settings = ExecutorSettings.defaults();
    try (RunDirectory run = RunDirectory.claim(output.toString(), runId, new Configuration())) {
      return new FederatedTraining(
              config,
              silos,
              trainer,
              new SparkClientExecutor(context, trainer, settings, recovery),
              evaluation,
              run,
              new PlainAdapterFormat(),
              new SparkRunTables(spark.session(), run),
              listener)
          .run(FakeSilos::adapter);
    }
  }
}
