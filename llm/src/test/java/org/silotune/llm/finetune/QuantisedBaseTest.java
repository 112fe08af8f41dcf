package org.silotune.llm.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.silotune.llm.LlmException;
import org.silotune.llm.adapter.LoraConfig;
import org.silotune.llm.checkpoint.source.BaseFormat;
import org.silotune.llm.checkpoint.source.SourceProgress;
import org.silotune.llm.model.ComputeType;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.DequantisedModels;
import org.silotune.llm.model.FixtureModels;
import org.silotune.llm.model.ModelLoader;
import org.silotune.llm.model.ModelOptions;
import org.silotune.llm.tensor.NamedTensors;
import org.silotune.llm.testing.GoldenReport;
import org.silotune.llm.tokenizer.TokenizedExample;

/** Training on a quantised base against training on its dequantised weights and on the original. */
final class QuantisedBaseTest {

  private static final double REFERENCE_TOLERANCE = 1e-5;

  /** The fixture models are random and narrow, the worst that can be quantised. */
  private static final Map<BaseFormat, Double> LOSS_GAP =
      Map.of(BaseFormat.INT8, 5e-3, BaseFormat.NF4, 6e-2);

  private static final Map<BaseFormat, Double> COSINE_GAP =
      Map.of(BaseFormat.INT8, 1e-2, BaseFormat.NF4, 6e-1);

  private static final GoldenReport REPORT = GoldenReport.of(QuantisedBaseTest.class);
  private static final Map<String, List<String>> MODULES =
      Map.of("gpt2", List.of("c_attn", "c_proj", "c_fc"));
  private static final List<TokenizedExample> EXAMPLES = FixtureExamples.draw(7, 5);
  private static final FineTuneConfig GRADIENT =
      FineTuneConfig.defaults()
          .withOptimizer(new OptimizerConfig.Sgd(0.9, 0))
          .withLength(new TrainingLength.Steps(1))
          .withClipNorm(OptionalDouble.empty())
          .withBatchSize(EXAMPLES.size());

  @TempDir private static Path cache;

  static Stream<String> families() {
    return Stream.of("llama", "llama3", "mistral", "qwen2", "qwen3", "gemma3", "gpt2");
  }

  static Stream<String> ggufFamilies() {
    return Stream.of("llama", "qwen2", "qwen3", "gemma3", "gpt2");
  }

  @ParameterizedTest
  @MethodSource("families")
  void lossAndGradientAreThoseOfTheDequantisedWeightsInFloat32(String family) {
    for (BaseFormat base : List.of(BaseFormat.INT8, BaseFormat.NF4)) {
      FineTuneResult quantised = step(family, options(base));
      FineTuneResult reference;
      try (DecoderModel model = DequantisedModels.load(family, cache, base)) {
        reference = step(family, model, Checkpointing.ON);
      }
      requireSame(family + ", " + base, quantised, reference);
    }
  }

  @ParameterizedTest
  @MethodSource("ggufFamilies")
  void blocksOfGgufFilesTrainAsTheirFloat32Conversion(String family) {
    Path file = Path.of("src/test/resources/golden/source", family + ".gguf");
    FineTuneResult quantised;
    try (DecoderModel model = open(file, options(BaseFormat.GGUF))) {
      assertThat(model.isDequantised()).as("some tensors are blocks").isTrue();
      quantised = step(family, model, Checkpointing.AUTO);
    }
    try (DecoderModel model = open(file, ModelOptions.float32())) {
      FineTuneResult reference = step(family, model, Checkpointing.ON);
      assertThat(quantised.lastLoss()).isEqualTo(reference.lastLoss());
      assertThat(FixtureExamples.sha256(gradient(quantised)))
          .isEqualTo(FixtureExamples.sha256(gradient(reference)));
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void lossAndGradientAreNearThoseOfTheOriginalWeights(String family) {
    FineTuneResult exact = step(family, ModelOptions.float32());
    for (BaseFormat base : List.of(BaseFormat.INT8, BaseFormat.NF4)) {
      for (ComputeType compute : computeTypes(family)) {
        FineTuneResult rounded = step(family, new ModelOptions(base, compute));
        String what = base.label() + " base, products in " + compute;
        double gap = Math.abs(rounded.lastLoss() / exact.lastLoss() - 1);
        double cosine = 1 - FixtureExamples.cosine(gradient(rounded), gradient(exact));
        REPORT.add(family, "loss gap, " + what, gap, LOSS_GAP.get(base));
        REPORT.add(family, "1 - cosine of gradients, " + what, cosine, COSINE_GAP.get(base));
        assertThat(gap).as("loss gap, " + what).isLessThan(LOSS_GAP.get(base));
        assertThat(cosine).as("cosine, " + what).isLessThan(COSINE_GAP.get(base));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = BaseFormat.class,
      names = {"INT8", "NF4"})
  void keepingLayersIsRefused(BaseFormat base) {
    try (DecoderModel model = FixtureModels.load("llama", cache, options(base))) {
      assertThatThrownBy(() -> step("llama", model, Checkpointing.OFF))
          .isInstanceOf(LlmException.class)
          .hasMessageStartingWith("Invalid checkpointing off: ")
          .hasMessageContaining("set auto or on");
    }
  }

  @Test
  void ggufBlocksAreAskedOfGgufFilesAlone() {
    assertThatThrownBy(() -> FixtureModels.load("llama", cache, options(BaseFormat.GGUF)))
        .isInstanceOf(LlmException.class)
        .hasMessageStartingWith("Cannot hold ")
        .hasMessageContaining("it is not a GGUF file; use int8 or nf4");
  }

  private static void requireSame(String what, FineTuneResult quantised, FineTuneResult reference) {
    double gap = Math.abs(quantised.lastLoss() / reference.lastLoss() - 1);
    double distance = FixtureExamples.relativeDistance(gradient(quantised), gradient(reference));
    REPORT.add(what, "loss gap to float32 on its values", gap, REFERENCE_TOLERANCE);
    REPORT.add(what, "gradient distance to the same", distance, REFERENCE_TOLERANCE);
    assertThat(gap).as(what + ", loss").isLessThan(REFERENCE_TOLERANCE);
    assertThat(distance).as(what + ", gradient").isLessThan(REFERENCE_TOLERANCE);
  }

  private static DecoderModel open(Path file, ModelOptions options) {
    return ModelLoader.load(file, cache, options, SourceProgress.none());
  }

  private static ModelOptions options(BaseFormat base) {
    return new ModelOptions(base, ComputeType.FLOAT32);
  }

  /** Gemma 3's hidden states do not fit float16, in which it is refused. */
  private static List<ComputeType> computeTypes(String family) {
    return Stream.of(ComputeType.values())
        .filter(type -> type != ComputeType.FLOAT16 || !family.equals("gemma3"))
        .toList();
  }

  private static FineTuneResult step(String family, ModelOptions options) {
    try (DecoderModel model = FixtureModels.load(family, cache, options)) {
      return step(family, model, Checkpointing.AUTO);
    }
  }

  private static FineTuneResult step(String family, DecoderModel model, Checkpointing passes) {
    LoraConfig lora =
        new LoraConfig(
            4, 8, 0, MODULES.getOrDefault(family, List.of("q_proj", "v_proj", "up_proj")));
    int vocabulary = model.config().vocabularySize();
    List<TokenizedExample> examples =
        EXAMPLES.stream().map(example -> within(example, vocabulary)).toList();
    NamedTensors start = FixtureExamples.randomLike(lora.initialise(model, 1), 0.1, 2);
    return FineTuner.train(
        model, lora, start, examples, GRADIENT.withCheckpointing(passes), LocalRun.ofSeed(1));
  }

  private static TokenizedExample within(TokenizedExample example, int vocabulary) {
    int[] ids = Arrays.stream(example.inputIds()).map(id -> id % vocabulary).toArray();
    int[] labels =
        Arrays.stream(example.labels())
            .map(id -> id == TokenizedExample.NOT_TRAINED ? id : id % vocabulary)
            .toArray();
    return new TokenizedExample(example.id(), ids, labels);
  }

  private static NamedTensors gradient(FineTuneResult result) {
    return result.optimizerState().moments().get("momentum_buffer");
  }
}
