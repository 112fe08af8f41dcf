package org.silotune.fed.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.silotune.fed.UnusableExecutorException;
import org.silotune.fed.client.ComputeDevice;
import org.silotune.fed.client.ExecutorCanary;
import org.silotune.fed.client.ResidentModel;
import org.silotune.fed.client.SettingsMessage;
import org.silotune.llm.adapter.AdapterConfig;
import org.silotune.llm.finetune.FineTuneConfig;
import org.silotune.llm.finetune.FineTuneResult;
import org.silotune.llm.finetune.FineTuner;
import org.silotune.llm.finetune.LocalRun;
import org.silotune.llm.finetune.TrainingLength;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.ResidentModels;
import org.silotune.llm.tensor.NamedTensors;
import org.silotune.llm.tokenizer.TokenizedExample;

/**
 * One optimizer step of the run's own model, adapter and settings on fixed tokens: forward,
 * backward and update at the real shape. Its hash is that of the step's loss and of the trained
 * parameters.
 */
public final class ModelCanary implements ExecutorCanary {

  private static final long serialVersionUID = 1L;
  private static final int TOKENS = 48;
  private static final long SEED = 20_170_217;

  private final ResidentModel model;
  private final SettingsMessage<AdapterConfig> adapter;
  private final SettingsMessage<FineTuneConfig> config;

  /** A canary for the run's own settings. */
  public ModelCanary(ResidentModel model, AdapterConfig adapter, FineTuneConfig config) {
    this.model = model;
    this.adapter = SettingsMessage.of(adapter);
    this.config = SettingsMessage.of(config.withLength(new TrainingLength.Steps(1)));
  }

  @Override
  public String hash(ComputeDevice device) {
    try (ResidentModels.Lease lease = model.on(device)) {
      DecoderModel base = lease.model();
      NamedTensors initial = adapter.settings().initialise(base, SEED);
      return hash(
          FineTuner.train(
              base,
              adapter.settings(),
              initial,
              List.of(example(base.config().vocabularySize())),
              config.settings(),
              LocalRun.ofSeed(SEED)));
    }
  }

  /**
   * Returns the hash of the one step.
   *
   * @throws UnusableExecutorException if it was not made: parameters that did not change are equal
   *     whatever computes
   */
  static String hash(FineTuneResult result) {
    if (result.outcome() != FineTuneResult.Outcome.COMPLETED || result.steps() != 1) {
      throw new UnusableExecutorException(
          "Cannot compare executors: the canary's step ended as %s after %d steps (loss %s, loss scale %.0f); in float16 set precision.compute: bfloat16, else look at the model's weights"
              .formatted(result.outcome(), result.steps(), result.lastLoss(), result.lossScale()));
    }
    String bits = Long.toHexString(Double.doubleToRawLongBits(result.lastLoss()));
    return Sha256.of((bits + Sha256.of(result.parameters())).getBytes(UTF_8));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ModelCanary canary
        && canary.model.equals(model)
        && canary.adapter.equals(adapter)
        && canary.config.equals(config);
  }

  @Override
  public int hashCode() {
    return Objects.hash(model, adapter, config);
  }

  private static TokenizedExample example(int vocabulary) {
    int[] ids = IntStream.range(0, TOKENS).map(i -> (i * 7919 + 13) % vocabulary).toArray();
    return new TokenizedExample("canary", ids, ids);
  }
}
