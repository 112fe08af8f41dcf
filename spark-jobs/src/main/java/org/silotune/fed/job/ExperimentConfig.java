package org.silotune.fed.job;

import static java.util.Objects.requireNonNull;

import org.silotune.fed.FederationException;
import org.silotune.fed.client.DeviceKind;
import org.silotune.fed.round.FederatedConfig;
import org.silotune.llm.LlmException;
import org.silotune.llm.adapter.LoraConfig;
import org.silotune.llm.eval.HeldOutLoss;
import org.silotune.llm.finetune.FineTuneConfig;
import org.silotune.llm.model.ModelOptions;
import org.silotune.prep.job.PrepareConfig;

/**
 * A whole experiment: what an experiment file says.
 *
 * @param model a registered name, a Hugging Face folder or a GGUF file
 * @param precision how the base model is held and computed with
 * @param data how raw rows become token shards
 * @param lora what is trained beside the base model
 * @param local how a silo trains in a round
 * @param federated how rounds go
 * @param placement where silos may run
 * @param device what silos compute on
 * @param report what is compared before and after
 * @param spark where Spark runs
 */
public record ExperimentConfig(
    String model,
    ModelOptions precision,
    PrepareConfig data,
    LoraConfig lora,
    FineTuneConfig local,
    FederatedConfig federated,
    PlacementConfig placement,
    DeviceKind device,
    ReportConfig report,
    SparkConfig spark) {

  public ExperimentConfig {
    requireNonNull(precision, "precision");
    requireNonNull(data, "data");
    requireNonNull(lora, "lora");
    requireNonNull(local, "local");
    requireNonNull(federated, "federated");
    requireNonNull(placement, "placement");
    requireNonNull(device, "device");
    requireNonNull(report, "report");
    requireNonNull(spark, "spark");
    if (model.isBlank()) {
      throw new FederationException("Invalid model: must not be blank");
    }
    if (federated.exact() && device != DeviceKind.CPU) {
      throw new FederationException(
          "Invalid federated.exact true: a GPU adds in an order of its own, so its bits are not those of another run; set it to false, or device: cpu");
    }
    try {
      local.checkpointing().requireFits(precision);
      local.lossScale().requireFits(precision.compute());
    } catch (LlmException e) {
      throw new FederationException(e.getMessage(), e);
    }
  }

  /** Returns every part's defaults, on the bundled model. */
  public static ExperimentConfig defaults() {
    return new ExperimentConfig(
        "tiny",
        ModelOptions.float32(),
        PrepareConfig.defaults(),
        LoraConfig.defaults(),
        FineTuneConfig.defaults(),
        FederatedConfig.defaults(),
        PlacementConfig.defaults(),
        DeviceKind.CPU,
        ReportConfig.defaults(),
        SparkConfig.defaults());
  }

  /** Returns how held-out rows are scored: in the numeric profile of the training. */
  public HeldOutLoss heldOutLoss() {
    return new HeldOutLoss(local.tokenBudget(), local.lossChunk(), local.threads());
  }

  /** Returns the experiment with another model. */
  public ExperimentConfig withModel(String newModel) {
    return new ExperimentConfig(
        newModel, precision, data, lora, local, federated, placement, device, report, spark);
  }

  /** Returns the experiment with other data. */
  public ExperimentConfig withData(PrepareConfig newData) {
    return new ExperimentConfig(
        model, precision, newData, lora, local, federated, placement, device, report, spark);
  }
}
