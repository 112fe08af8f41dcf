package org.silotune.fed.round;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.silotune.fed.client.FedProx;
import org.silotune.fed.client.ScheduleSpan;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.client.Weighting;
import org.silotune.fed.run.AdapterFormat;
import org.silotune.fed.run.RunDirectory;
import org.silotune.fed.run.RunResult;
import org.silotune.fed.run.RunTables;
import org.silotune.fed.sample.ClientSampler;
import org.silotune.fed.server.FedAdam;

/** A run over fake silos, of which each test changes one thing. */
record TestRun(
    Path output,
    FederatedConfig config,
    List<SiloDescriptor> silos,
    FakeTrainer trainer,
    AdapterFormat format,
    RoundListener listener) {

  static TestRun in(Path output) {
    return new TestRun(
        output,
        FederatedConfig.defaults(),
        FakeSilos.of(7),
        new FakeTrainer(),
        new PlainAdapterFormat(),
        RoundListener.NONE);
  }

  TestRun with(FederatedConfig newConfig) {
    return new TestRun(output, newConfig, silos, trainer, format, listener);
  }

  TestRun with(FakeTrainer newTrainer) {
    return new TestRun(output, config, silos, newTrainer, format, listener);
  }

  TestRun with(RoundListener newListener) {
    return new TestRun(output, config, silos, trainer, format, newListener);
  }

  TestRun with(AdapterFormat newFormat) {
    return new TestRun(output, config, silos, trainer, newFormat, listener);
  }

  TestRun withSilos(List<SiloDescriptor> newSilos) {
    return new TestRun(output, config, newSilos, trainer, format, listener);
  }

  TestRun rounds(int rounds) {
    return with(Altered.config(config, Map.of("rounds", rounds)));
  }

  /** A configuration that exercises state: FedAdam, sampling, clipping and carried optimizers. */
  static FederatedConfig stateful() {
    FederatedConfig d = FederatedConfig.defaults();
    return new FederatedConfig(
        4,
        11,
        new FedProx(0.1),
        new FedAdam(0.05, 0.9, 0.99, 1e-3),
        Weighting.TOKENS,
        new ClientSampler.UniformCount(6),
        0.5,
        Optional.of(0.75),
        Optional.empty(),
        false,
        true,
        ScheduleSpan.RUN,
        false,
        d.evaluation(),
        d.recovery());
  }

  RunResult run(String runId) {
    Configuration hadoop = new Configuration();
    try (RunDirectory run = RunDirectory.claim(output.toString(), runId, hadoop)) {
      return run(run, RunTables.none(), hadoop);
    }
  }

  RunResult run(RunDirectory run, RunTables tables, Configuration hadoop) {
    return run(run, new SequentialClientExecutor(trainer, 2, hadoop), tables);
  }

  RunResult run(RunDirectory run, ClientExecutor executor, RunTables tables) {
    return run(run, executor, new SequentialEvaluation(trainer), tables);
  }

  RunResult run(
      RunDirectory run, ClientExecutor executor, HeldOutEvaluation evaluation, RunTables tables) {
    return new FederatedTraining(
            config, silos, trainer, executor, evaluation, run, format, tables, listener)
        .run(FakeSilos::adapter);
  }

  Path folder(String runId) {
    return output.resolve(runId);
  }
}
