package org.silotune.fed.job;

import java.util.List;
import java.util.Optional;
import org.silotune.fed.client.DeviceKind;
import org.silotune.fed.client.ExecutorCanary;
import org.silotune.fed.client.HeldOutLossScorer;
import org.silotune.fed.eval.SparkHeldOutEvaluation;
import org.silotune.fed.metrics.EvaluationRow;
import org.silotune.fed.metrics.HeldOutSplit;
import org.silotune.fed.round.RecoveryConfig;
import org.silotune.fed.round.ScoreRows;
import org.silotune.fed.run.NumericEnvironment;
import org.silotune.fed.spark.ExecutorSettings;
import org.silotune.fed.spark.SiloInquiry;
import org.silotune.llm.adapter.Adapter;
import org.silotune.llm.adapter.LoraConfig;
import org.silotune.llm.eval.HeldOutLoss;
import org.silotune.llm.model.DecoderModel;
import org.silotune.prep.shard.PreparedFolder;

/** Scores a model, tuned or not, on the held-out rows of prepared data. */
public final class EvaluateJob {

  private EvaluateJob() {}

  /**
   * Returns a loss a silo, in name order, and the central one last.
   *
   * @param adapter what is on top of the base model; nothing scores the base itself
   * @param data a prepared folder
   * @param placement where its silos may be opened
   * @param loss how, in the numeric profile that gives a run's own scores their bits
   * @throws org.silotune.fed.FederationException if no silo could be scored
   */
  public static List<EvaluationRow> run(
      LoadedBase base,
      Optional<Adapter> adapter,
      String data,
      PlacementConfig placement,
      HeldOutSplit split,
      HeldOutLoss loss,
      SparkConfig spark,
      JobListener listener) {
    var environment = NumericEnvironment.of(System.getenv(), loss.threads());
    var folder = PreparedFolder.at(data);
    var manifest = folder.manifest();
    manifest.requireMadeFor(folder.uri(), base.model().tokenizerSha256(), base.templateName());
    var silos = PreparedSilos.of(folder, manifest, placement);
    var scored = adapter.orElseGet(() -> identity(base.decoder()));
    try (var session = JobSession.open(spark, environment, "silotune evaluate")) {
      var inquiry =
          new SiloInquiry(
              session.context(),
              new ExecutorSettings(
                  DeviceKind.CPU, loss.threads(), environment, ExecutorCanary.none()),
              RecoveryConfig.defaults(),
              listener);
      var scorer = new HeldOutLossScorer(base.model().weights(), scored.config(), loss);
      var evaluation = new SparkHeldOutEvaluation(inquiry, scorer);
      return ScoreRows.of(0, split, evaluation.score(0, split, scored.parameters(), silos));
    }
  }

  /** A fresh adapter: B is zero, so that the model's output is the base's. */
  static Adapter identity(DecoderModel model) {
    var config = new LoraConfig(1, 1, 0, List.of(model.linears().get(0).module()));
    return new Adapter(config, config.initialise(model, 0));
  }
}
