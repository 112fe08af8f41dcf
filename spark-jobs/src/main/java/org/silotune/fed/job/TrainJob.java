package org.silotune.fed.job;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.silotune.fed.InvalidExperimentException;
import org.silotune.fed.client.FineTuneRunner;
import org.silotune.fed.client.HeldOutLossScorer;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.eval.SparkHeldOutEvaluation;
import org.silotune.fed.metrics.EvaluationRow;
import org.silotune.fed.metrics.HeldOutSplit;
import org.silotune.fed.metrics.PredictionRow;
import org.silotune.fed.round.FederatedTraining;
import org.silotune.fed.run.ModelCanary;
import org.silotune.fed.run.NumericEnvironment;
import org.silotune.fed.run.NumericProfile;
import org.silotune.fed.run.PeftAdapterFormat;
import org.silotune.fed.run.RunDirectory;
import org.silotune.fed.run.RunManifest;
import org.silotune.fed.run.RunResult;
import org.silotune.fed.run.RunTables.Table;
import org.silotune.fed.spark.ExecutorSettings;
import org.silotune.fed.spark.SiloInquiry;
import org.silotune.fed.spark.SparkClientExecutor;
import org.silotune.fed.spark.SparkRunTables;
import org.silotune.llm.LlmException;
import org.silotune.llm.hub.FetchPolicy;
import org.silotune.llm.hub.ModelHub;
import org.silotune.llm.script.EngineIdentity;
import org.silotune.llm.tensor.NamedTensors;
import org.silotune.prep.shard.PreparedFolder;
import org.silotune.prep.shard.ShardManifest;

/**
 * The main job: raw silo data, or prepared shards, to a tuned adapter with its report.
 *
 * <pre>
 * run directory -> model -> data -> rounds -> answers -> report
 * </pre>
 */
public final class TrainJob {

  private final TrainRequest request;
  private final ExperimentConfig config;
  private final RunDirectory run;
  private final SparkSession session;
  private final LoadedBase base;
  private final NumericEnvironment environment;
  private final JobListener listener;

  private TrainJob(
      TrainRequest request,
      RunDirectory run,
      SparkSession session,
      LoadedBase base,
      NumericEnvironment environment,
      JobListener listener) {
    this.request = request;
    this.config = request.config();
    this.run = run;
    this.session = session;
    this.base = base;
    this.environment = environment;
    this.listener = listener;
  }

  /**
   * Trains, or goes on with a run that was interrupted; a run that has ended gives its summary at
   * once and stays as it is.
   *
   * @throws org.silotune.fed.run.RunMismatchException if the run was made from something else
   * @throws org.silotune.fed.run.RunInUseException if another process holds the run
   */
  public static RunSummary run(
      TrainRequest request, ModelHub hub, FetchPolicy policy, JobListener listener) {
    var ended = EndedRun.find(request);
    if (ended.isPresent()) {
      listener.stage("Run %s has ended: this is its result".formatted(request.runId()));
      return ended.get();
    }
    return begun(request, () -> LoadedBase.open(hub, policy, request.config(), listener), listener);
  }

  /**
   * Does the same with a base that is open already, for those who train many runs: it must be the
   * one that the request's configuration names.
   */
  public static RunSummary run(TrainRequest request, LoadedBase base, JobListener listener) {
    var ended = EndedRun.find(request);
    return ended.isPresent() ? ended.get() : begun(request, () -> base, listener);
  }

  private static RunSummary begun(
      TrainRequest request, Supplier<LoadedBase> base, JobListener listener) {
    var config = request.config();
    var environment = NumericEnvironment.of(System.getenv(), config.local().threads());
    var storage = JobSession.storage(config.spark());
    try (var run = RunDirectory.claim(request.output(), request.runId(), storage)) {
      return inSpark(request, run, base.get(), environment, listener);
    }
  }

  private static RunSummary inSpark(
      TrainRequest request,
      RunDirectory run,
      LoadedBase base,
      NumericEnvironment environment,
      JobListener listener) {
    listener.stage("Run %s in %s".formatted(request.runId(), run.uri("")));
    listener.stage("Starting Spark");
    var spark = request.config().spark();
    try (var session = JobSession.open(spark, environment, "silotune " + request.runId())) {
      return new TrainJob(request, run, session.spark(), base, environment, listener).run();
    }
  }

  private RunSummary run() {
    DeviceChoice.require(config, session.sparkContext().getConf()); // before the run is begun
    var initial = initial();
    var folder = new JobData(session, base, listener).of(request, run);
    var manifest = folder.manifest();
    manifest.requireMadeFor(folder.uri(), base.model().tokenizerSha256(), base.templateName());
    var silos = PreparedSilos.of(folder, manifest, config.placement());
    FederatedTraining.requireUsable(config.federated(), silos); // the same
    run.configure(request.recorded(), request::mayChange);
    run.describe(manifest(manifest), config.federated().exact()).ifPresent(listener::warned);
    tellQuarantine(folder, manifest);
    return summary(manifest, silos, train(silos, initial));
  }

  private void tellQuarantine(PreparedFolder folder, ShardManifest manifest) {
    long kept = manifest.rowsOut();
    long dropped = manifest.rowsIn() - kept;
    if (dropped > 0) {
      listener.warned(
          "%d of %d rows are in quarantine %s: %s"
              .formatted(
                  dropped, manifest.rowsIn(), manifest.quarantined(), folder.quarantine(manifest)));
    }
  }

  private NamedTensors initial() {
    try {
      return config.lora().initialise(base.decoder(), config.federated().seed());
    } catch (LlmException e) {
      throw new InvalidExperimentException(e.getMessage(), e);
    }
  }

  private RunResult train(List<SiloDescriptor> silos, NamedTensors initial) {
    var weights = base.model().weights();
    var runner = new FineTuneRunner(weights, config.lora(), config.local());
    var scorer = new HeldOutLossScorer(weights, config.lora(), config.heldOutLoss());
    var executor = executorSettings();
    return new FederatedTraining(
            config.federated(),
            silos,
            runner,
            new SparkClientExecutor(spark(), runner, executor, config.federated().recovery()),
            new SparkHeldOutEvaluation(inquiry(), scorer),
            run,
            format(),
            new SparkRunTables(session, run),
            listener)
        .run(() -> initial);
  }

  private RunSummary summary(ShardManifest manifest, List<SiloDescriptor> silos, RunResult result) {
    var before = answers(manifest, silos, 0);
    var after = answers(manifest, silos, result.bestRound());
    List<EvaluationRow> validation = new ArrayList<>();
    for (int round = 0; round <= result.rounds(); round++) {
      run.scores(round, HeldOutSplit.VALIDATION)
          .ifPresent(rows -> validation.add(RunSummary.central(rows)));
    }
    var summary =
        new RunSummary(
            request.runId(),
            run.uri(""),
            base.model().name(),
            result,
            validation,
            run.scores(0, HeldOutSplit.TEST).orElseThrow(),
            run.scores(result.bestRound(), HeldOutSplit.TEST).orElseThrow(),
            HeldOutAnswers.ofSilosIn(after, before),
            HeldOutAnswers.ofSilosIn(before, after),
            run.manifest().map(RunManifest::warnings).orElse(List.of()));
    var report = new RunReport(summary, config.report().samples()).toMarkdown();
    run.storage().replace("report.md", report.getBytes(StandardCharsets.UTF_8));
    run.replace(EndedRun.SUMMARY, summary);
    return summary;
  }

  private List<PredictionRow> answers(
      ShardManifest manifest, List<SiloDescriptor> silos, int round) {
    var store = new StoredAnswers(session, run);
    return store
        .read(round)
        .orElseGet(
            () -> {
              if (config.report().asks()) {
                listener.stage(
                    round == 0
                        ? "Answering test prompts with the base model"
                        : "Answering test prompts with the adapter of round " + round);
              }
              var adapter = run.checkpoints(format()).adapter(round);
              var replies =
                  new HeldOutAnswers(inquiry(), answerSettings(manifest, silos))
                      .of(round, adapter, silos);
              for (var unanswered : replies.unanswered()) {
                warn(
                    "Test answers after round %d are without %s"
                        .formatted(round, unanswered.account()));
              }
              var answers = HeldOutAnswers.rows(replies);
              new SparkRunTables(session, run)
                  .publish(Table.PREDICTIONS, store.part(round), PredictionRow.class, answers);
              return answers;
            });
  }

  private AnswerSettings answerSettings(ShardManifest manifest, List<SiloDescriptor> silos) {
    var report = config.report();
    return new AnswerSettings(
        base.model().message(),
        config.lora(),
        executorSettings(),
        manifest.maxLength(),
        report.exactMatch(),
        report.checkedRows(),
        ShownRows.of(report.samples(), silos),
        report.maxNewTokens());
  }

  private RunManifest manifest(ShardManifest data) {
    var engine = EngineIdentity.ofThisProcess();
    var hashes = new TreeMap<String, String>();
    hashes.put("data", data.contentSha256());
    hashes.put("model", base.model().sha256());
    hashes.put("tokenizer", base.model().tokenizerSha256());
    var versions = new TreeMap<String, String>();
    versions.put("java", Runtime.version().toString());
    versions.put("spark", session.version());
    var local = config.local();
    return new RunManifest(
        config.federated().seed(),
        hashes,
        new NumericProfile(
            engine.libtorch(),
            engine.cpuCapability(),
            config.precision().label(),
            local.threads(),
            local.tokenBudget(),
            local.lossChunk(),
            environment,
            ""),
        versions,
        List.of());
  }

  private ExecutorSettings executorSettings() {
    return new ExecutorSettings(
        config.device(),
        config.local().threads(),
        environment,
        new ModelCanary(base.model().weights(), config.lora(), config.local()));
  }

  private void warn(String warning) {
    run.warn(warning);
    listener.warned(warning);
  }

  private SiloInquiry inquiry() {
    return new SiloInquiry(spark(), executorSettings(), config.federated().recovery(), listener);
  }

  private PeftAdapterFormat format() {
    return new PeftAdapterFormat(base.decoder(), config.lora());
  }

  private JavaSparkContext spark() {
    return JavaSparkContext.fromSparkContext(session.sparkContext());
  }
}
