package org.silotune.fed.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.silotune.fed.InvalidExperimentException;
import org.silotune.fed.client.FineTuneRunner;
import org.silotune.fed.client.Seeds;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.round.FederatedTraining;
import org.silotune.fed.round.RoundTraffic;
import org.silotune.fed.run.NumericEnvironment;
import org.silotune.fed.run.ScratchFolder;
import org.silotune.fed.spark.ExecutorSize;
import org.silotune.llm.LlmException;
import org.silotune.llm.hub.FetchPolicy;
import org.silotune.llm.hub.ModelHub;
import org.silotune.llm.plan.MatrixSpeed;
import org.silotune.llm.plan.MemoryPlan;
import org.silotune.llm.plan.ModelWork;
import org.silotune.llm.plan.TrainedModel;
import org.silotune.llm.plan.TrainingMemory;
import org.silotune.llm.plan.TrainingShape;
import org.silotune.llm.script.NativeAllocator;
import org.silotune.llm.tensor.NamedTensors;
import org.silotune.prep.shard.PreparedFolder;
import org.silotune.prep.shard.ShardManifest;

/**
 * Says what a {@link TrainJob} will take, with the checks that it makes before its first round.
 * Nothing is trained and nothing is left behind but what opening the model caches.
 */
public final class PlanJob {

  private static final String PREPARED = "counted in the prepared data";
  private static final String TEMPORARY = "prepared on this machine for the plan, and deleted";

  private final ExperimentConfig config;
  private final Optional<String> data;
  private final LoadedBase base;
  private final JobListener listener;

  private PlanJob(
      ExperimentConfig config, Optional<String> data, LoadedBase base, JobListener listener) {
    this.config = config;
    this.data = data;
    this.base = base;
    this.listener = listener;
  }

  /**
   * Returns the plan.
   *
   * @param data raw data or a prepared folder, in place of the experiment's own source
   */
  public static TrainPlan run(
      ExperimentConfig config,
      Optional<String> data,
      ModelHub hub,
      FetchPolicy policy,
      JobListener listener) {
    var environment = NumericEnvironment.of(System.getenv(), config.local().threads());
    var base = LoadedBase.open(hub, policy, config, listener);
    return new PlanJob(config, data, base, listener).plan(environment);
  }

  /**
   * Returns the messages of the first round of a run, without measuring anything.
   *
   * @param folder the run's prepared data
   */
  public static RoundTraffic traffic(
      ExperimentConfig config, LoadedBase base, PreparedFolder folder) {
    var silos = PreparedSilos.of(folder, folder.manifest(), config.placement());
    var federated = config.federated();
    return RoundTraffic.of(
        federated,
        config.lora().initialise(base.decoder(), federated.seed()),
        federated.sampling().cohort(new Seeds(federated.seed()), 1, silos),
        new FineTuneRunner(base.model().weights(), config.lora(), config.local()));
  }

  private TrainPlan plan(NumericEnvironment environment) {
    warnOf(NativeAllocator.foreign(JobSession.executorEnvironment(config.spark())));
    // Before this plan's own Spark runs here.
    var executor = JobSession.executor(config.spark());
    if (DeviceChoice.onGpu(config, executor)) {
      listener.warned(
          "The GPU's memory is planned from shapes and assumed constants, and time for a processor: neither was compared with a run on a GPU");
    }
    var initial = initial();
    var given = data.map(PreparedFolder::at).filter(PreparedFolder::exists);
    if (given.isPresent()) {
      return plan(executor, initial, given.get(), PREPARED);
    }
    try (var scratch = ScratchFolder.create();
        var session = JobSession.openHere(config.spark(), environment, "silotune plan")) {
      var folder = scratch.folder("plan").resolve("data").toString();
      var prepared = new JobData(session.spark(), base, listener).prepare(config, data, folder);
      return plan(executor, initial, prepared, TEMPORARY);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make a temporary folder", e);
    }
  }

  private void warnOf(Optional<String> foreignAllocator) {
    foreignAllocator.ifPresent(
        reason ->
            listener.warned(
                "Memory is planned for glibc's allocator as SiloTune sets it, but %s: the peak may be higher"
                    .formatted(reason)));
  }

  private NamedTensors initial() {
    try {
      return config.lora().initialise(base.decoder(), config.federated().seed());
    } catch (LlmException e) {
      throw new InvalidExperimentException(e.getMessage(), e);
    }
  }

  private TrainPlan plan(
      ExecutorSize executor, NamedTensors initial, PreparedFolder folder, String dataNote) {
    var manifest = folder.manifest();
    manifest.requireMadeFor(folder.uri(), base.model().tokenizerSha256(), base.templateName());
    var silos = PreparedSilos.of(folder, manifest, config.placement());
    var federated = config.federated();
    FederatedTraining.requireUsable(federated, silos);
    var cohort = federated.sampling().cohort(new Seeds(federated.seed()), 1, silos);
    var runner = new FineTuneRunner(base.model().weights(), config.lora(), config.local());
    var limit = executor.memory();
    boolean onGpu = DeviceChoice.onGpu(config, executor);
    var adapted = TrainedModel.of(base.decoder(), config.lora());
    var model = onGpu ? adapted.onGpu() : adapted;
    int workers = onGpu ? 1 : executor.workers(config.local().threads());
    int tasks = Math.max(1, Math.min(limit.tasks(), cohort.size()));
    var shape = config.local().shape(model, manifest.maxLength(), workers, limit);
    var memory =
        onGpu
            ? TrainingMemory.besideGpu(model, shape, tasks)
            : TrainingMemory.plan(model, shape, tasks);
    var gpu =
        onGpu
            ? Optional.of(TrainingMemory.ofGpu(model, shape, Math.min(limit.tasksPerGpu(), tasks)))
            : Optional.<MemoryPlan>empty();
    return new TrainPlan(
        base.model().name(),
        initial.coordinateCount(),
        federated.rounds(),
        federated.rounds() / federated.evaluation().everyRounds(),
        dataNote,
        loads(manifest, cohort),
        silos.size(),
        RoundTraffic.of(federated, initial, cohort, runner),
        executor,
        shape,
        memory,
        gpu,
        TrainPlan.Fit.of(limit.holds(memory), onGpu),
        time(model, shape, manifest, cohort, silos, executor));
  }

  private RoundTime time(
      TrainedModel model,
      TrainingShape shape,
      ShardManifest manifest,
      List<SiloDescriptor> cohort,
      List<SiloDescriptor> silos,
      ExecutorSize executor) {
    listener.stage("Measuring matrix products");
    int threads = config.local().threads();
    int tasks = executor.memory().tasks();
    int workers = shape.workers();
    int cores = Runtime.getRuntime().availableProcessors();
    int calls = Math.max(1, Math.min(tasks * workers, cores / threads));
    double flops = MatrixSpeed.brief(config.precision().compute()).measure(threads, calls) / calls;
    long everywhere = executor.executors().orElse(1) * tasks;
    int training = (int) Math.max(1, Math.min(cohort.size(), everywhere));
    int scoring = (int) Math.max(1, Math.min(silos.size(), everywhere));
    return RoundTime.of(
        new RoundTime.Model(
            ModelWork.of(base.decoder()),
            (double) model.config().layerCount() * model.kept().values(),
            shape.recompute(),
            workers,
            threads),
        loads(manifest, cohort),
        training,
        speed(flops, executor.local() ? training * workers : 1, calls),
        loads(manifest, silos),
        scoring,
        speed(flops, executor.local() ? scoring : 1, calls));
  }

  /** One process may be given more threads than its machine has cores: they share these. */
  private static RoundTime.Speed speed(double flops, int wanted, int calls) {
    return new RoundTime.Speed(flops, Math.max(1, (double) wanted / calls));
  }

  private List<SiloLoad> loads(ShardManifest manifest, List<SiloDescriptor> silos) {
    var names = silos.stream().map(SiloDescriptor::name).collect(Collectors.toSet());
    return manifest.silos().stream()
        .filter(counts -> names.contains(counts.name()))
        .map(counts -> SiloLoad.of(counts, config.local()))
        .toList();
  }
}
