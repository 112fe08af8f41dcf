package org.silotune.llm.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silotune.llm.adapter.LoraConfig;
import org.silotune.llm.checkpoint.TensorSource;
import org.silotune.llm.checkpoint.source.BaseFormat;
import org.silotune.llm.checkpoint.source.BaseModelSource;
import org.silotune.llm.checkpoint.source.SourceProgress;
import org.silotune.llm.hub.ModelCache;
import org.silotune.llm.model.ComputeType;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.ModelLoader;
import org.silotune.llm.model.ModelOptions;
import org.silotune.llm.tensor.NamedTensors;
import org.silotune.llm.testing.Golden;
import org.silotune.llm.testing.GoldenReport;
import org.silotune.llm.testing.GoldenTensors;
import org.silotune.llm.testing.RealModels;
import org.silotune.llm.tokenizer.TokenizedExample;

/** SmolLM2 135M Instruct held in int8, NF4 and its own GGUF blocks, on four word problems. */
@Tag("real-model")
final class QuantisedSmolLm2Test {

  private static final String MODEL = "smollm2-135m-instruct";
  private static final GoldenReport REPORT = GoldenReport.of(QuantisedSmolLm2Test.class);

  private final GoldenTensors golden =
      GoldenTensors.read(Golden.path("real/" + MODEL + ".safetensors"));

  @ParameterizedTest
  @CsvSource({"INT8, 1e-2, 1.5e-2, 0.26", "NF4, 0.2, 0.5, 0.16", "GGUF, 1e-6, 1e-6, 0.19"})
  void lossGradientAndSizeAreNearFloat32s(
      BaseFormat base, double lossGap, double cosineGap, double share) {
    FineTuneResult exact = train(BaseFormat.FLOAT32, new OptimizerConfig.Sgd(0.9, 0), 1);
    FineTuneResult quantised = train(base, new OptimizerConfig.Sgd(0.9, 0), 1);
    double loss = Math.abs(quantised.lastLoss() / exact.lastLoss() - 1);
    double cosine = 1 - FixtureExamples.cosine(gradient(quantised), gradient(exact));
    double bytes = (double) mappedBytes(base) / mappedBytes(BaseFormat.FLOAT32);
    REPORT.add(MODEL, "loss gap, base " + base.label(), loss, lossGap);
    REPORT.add(MODEL, "1 - cosine of gradients, base " + base.label(), cosine, cosineGap);
    REPORT.add(MODEL, "bytes over float32's, base " + base.label(), bytes, share);
    assertThat(loss).as("loss gap").isLessThan(lossGap);
    assertThat(cosine).as("1 - cosine").isLessThan(cosineGap);
    assertThat(bytes).as("bytes").isLessThan(share);
  }

  @Test
  void stepsOnNf4LowerTheLoss() {
    double first = train(BaseFormat.NF4, OptimizerConfig.AdamW.defaults(), 1).lastLoss();
    double fourth = train(BaseFormat.NF4, OptimizerConfig.AdamW.defaults(), 4).lastLoss();
    assertThat(fourth).isLessThan(0.95 * first);
  }

  private FineTuneResult train(BaseFormat base, OptimizerConfig optimizer, int steps) {
    FineTuneConfig config =
        FineTuneConfig.defaults()
            .withOptimizer(optimizer)
            .withLearningRate(1e-3)
            .withLength(new TrainingLength.Steps(steps))
            .withBatchSize(4)
            .withClipNorm(OptionalDouble.empty());
    List<TokenizedExample> examples = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      examples.add(
          new TokenizedExample(
              "example " + i, golden.ints("input_ids." + i), golden.ints("labels." + i)));
    }
    LoraConfig lora = LoraConfig.defaults();
    ModelOptions options = new ModelOptions(base, ComputeType.FLOAT32);
    try (DecoderModel model =
        ModelLoader.load(RealModels.gguf(MODEL), cache(), options, SourceProgress.none())) {
      NamedTensors start = FixtureExamples.randomLike(lora.initialise(model, 1), 0.01, 2);
      return FineTuner.train(model, lora, start, examples, config, LocalRun.ofSeed(1));
    }
  }

  private static long mappedBytes(BaseFormat base) {
    try (BaseModelSource source =
        BaseModelSource.open(RealModels.gguf(MODEL), cache(), base, SourceProgress.none())) {
      TensorSource tensors = source.tensors();
      return tensors.names().stream().mapToLong(name -> tensors.info(name).byteLength()).sum();
    }
  }

  private static Path cache() {
    return ModelCache.standard().root();
  }

  private static NamedTensors gradient(FineTuneResult result) {
    return result.optimizerState().moments().get("momentum_buffer");
  }
}
