package org.silotune.fed.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.silotune.fed.FederationException;
import org.silotune.fed.client.DeviceKind;
import org.silotune.fed.client.ExecutorCanary;
import org.silotune.fed.client.SettingsMessage;
import org.silotune.fed.client.TensorMessage;
import org.silotune.fed.metrics.ExampleLoss;
import org.silotune.fed.round.RecoveryConfig;
import org.silotune.fed.run.NumericEnvironment;
import org.silotune.fed.spark.ExecutorSettings;
import org.silotune.fed.spark.SiloInquiry;
import org.silotune.llm.adapter.Adapter;
import org.silotune.llm.adapter.AdapterConfig;
import org.silotune.llm.eval.HeldOutLoss;
import org.silotune.prep.shard.PreparedFolder;

/**
 * Scores the test rows of prepared data one by one, where the rows are: for comparisons of models,
 * which pair the losses of the same row. A run never asks this: there, only sums leave a silo.
 */
public final class ExampleLossJob {

  private ExampleLossJob() {}

  /**
   * Returns the losses by silo, in name order, and within a silo in the order of its shard.
   *
   * @param adapter what is on top of the base model; nothing scores the base itself
   * @param data a prepared folder
   * @param loss the numeric profile
   * @throws FederationException if a silo could not be scored
   */
  public static List<ExampleLoss> run(
      LoadedBase base,
      Optional<Adapter> adapter,
      PreparedFolder data,
      PlacementConfig placement,
      HeldOutLoss loss,
      SparkConfig spark,
      JobListener listener) {
    var environment = NumericEnvironment.of(System.getenv(), loss.threads());
    var manifest = data.manifest();
    manifest.requireMadeFor(data.uri(), base.model().tokenizerSha256(), base.templateName());
    var silos = PreparedSilos.of(data, manifest, placement);
    var scored = adapter.orElseGet(() -> EvaluateJob.identity(base.decoder()));
    try (var session = JobSession.open(spark, environment, "silotune evaluate")) {
      var settings =
          new ExecutorSettings(DeviceKind.CPU, loss.threads(), environment, ExecutorCanary.none());
      var inquiry =
          new SiloInquiry(session.context(), settings, RecoveryConfig.defaults(), listener);
      var message = session.context().broadcast(TensorMessage.of(scored.parameters()));
      try {
        SettingsMessage<AdapterConfig> config = SettingsMessage.of(scored.config());
        var question =
            new ExampleLossQuestion(
                base.model().message(), config, message, SettingsMessage.of(loss));
        var replies = inquiry.ask("test losses by row", question, silos);
        if (!replies.unanswered().isEmpty()) {
          throw new FederationException(
              "Cannot score the test rows of %s".formatted(replies.unanswered().get(0).account()));
        }
        List<ExampleLoss> rows = new ArrayList<>();
        replies.bySilo().values().forEach(reply -> rows.addAll(reply.answer().orElseThrow()));
        return rows;
      } finally {
        message.destroy();
      }
    }
  }
}
