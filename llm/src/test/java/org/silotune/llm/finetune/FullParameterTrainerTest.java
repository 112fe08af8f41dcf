package org.silotune.llm.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.DType;
import org.silotune.llm.checkpoint.SafetensorsFile;
import org.silotune.llm.eval.HeldOutLoss;
import org.silotune.llm.model.BaseModelRef;
import org.silotune.llm.model.DecoderBlueprint;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.FixtureModels;
import org.silotune.llm.model.ModelFolder;
import org.silotune.llm.model.ModelLoader;
import org.silotune.llm.tensor.NamedTensors;
import org.silotune.llm.tokenizer.TokenizedExample;

final class FullParameterTrainerTest {

  private static final List<TokenizedExample> EXAMPLES = FixtureExamples.draw(4, 8);

  private static final FineTuneConfig CONFIG =
      FineTuneConfig.defaults()
          .withLearningRate(1e-2)
          .withBatchSize(4)
          .withLength(new TrainingLength.Steps(30));

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"llama", "gemma3", "gpt2"})
  void randomWeightsLearnTheExamplesByHeart(String family) {
    DecoderBlueprint blueprint = DecoderBlueprint.of(FixtureModels.config(family, "config.json"));
    FineTuneResult result =
        FullParameterTrainer.train(
            blueprint, blueprint.initialise(1), EXAMPLES, CONFIG, LocalRun.ofSeed(1));
    assertThat(result.meanLoss()).isLessThan(Math.log(128));
    assertThat(result.lastLoss()).isLessThan(1);
  }

  @Test
  void recomputingLayersKeepsTheBitsOfTheEmbeddingToo() {
    DecoderBlueprint blueprint = DecoderBlueprint.of(FixtureModels.config("gemma3", "config.json"));
    NamedTensors initial = blueprint.initialise(1);
    FineTuneConfig steps = CONFIG.withLength(new TrainingLength.Steps(2)).withTokenBudget(16);
    String kept = hash(blueprint, initial, steps.withCheckpointing(Checkpointing.OFF));
    assertThat(hash(blueprint, initial, steps.withCheckpointing(Checkpointing.ON))).isEqualTo(kept);
  }

  @Test
  void theGradientOfATiedEmbeddingIsTheSlopeOfTheLoss() {
    JsonNode json = FixtureModels.config("llama", "config.json");
    DecoderBlueprint blueprint = DecoderBlueprint.of(json);
    NamedTensors initial = blueprint.initialise(1);
    FineTuneConfig descent =
        CONFIG
            .withOptimizer(OptimizerConfig.Sgd.defaults())
            .withLearningRate(1)
            .withClipNorm(OptionalDouble.empty())
            .withLength(new TrainingLength.Steps(1));
    NamedTensors gradient =
        initial.minus(
            FullParameterTrainer.train(blueprint, initial, EXAMPLES, descent, LocalRun.ofSeed(1))
                .parameters());
    String name = "model.embed_tokens.weight";
    int coordinate = EXAMPLES.get(0).inputIds()[0] * 32 + 5;
    double h = 2e-3;
    double slope =
        (meanLossAt(json, initial, name, coordinate, h)
                - meanLossAt(json, initial, name, coordinate, -h))
            / (2 * h);
    assertThat(slope).isCloseTo(gradient.values(name)[coordinate], within(1e-3));
    assertThat(Math.abs(slope)).isGreaterThan(1e-2);
  }

  @Test
  void aModelSavedInHalfPrecisionLoadsWithTheSameLoss() {
    JsonNode json = FixtureModels.config("llama", "config.json");
    DecoderBlueprint blueprint = DecoderBlueprint.of(json);
    NamedTensors trained =
        FullParameterTrainer.train(
                blueprint, blueprint.initialise(1), EXAMPLES, CONFIG, LocalRun.ofSeed(1))
            .parameters();
    ModelFolder.write(folder.resolve("half"), json, trained, DType.F16);
    ModelFolder.write(folder.resolve("full"), json, trained, DType.F32);
    assertThat(meanLoss(json, folder.resolve("half")))
        .isCloseTo(meanLoss(json, folder.resolve("full")), within(2e-3));
  }

  @Test
  void weightsOfAnotherModelAreRefused() {
    DecoderBlueprint llama = DecoderBlueprint.of(FixtureModels.config("llama", "config.json"));
    NamedTensors gpt2 =
        DecoderBlueprint.of(FixtureModels.config("gpt2", "config.json")).initialise(1);
    assertThatThrownBy(
            () -> FullParameterTrainer.train(llama, gpt2, EXAMPLES, CONFIG, LocalRun.ofSeed(1)))
        .isInstanceOf(LlmException.class)
        .hasMessageStartingWith("Cannot train these weights: Invalid tensors: names differ");
  }

  @Test
  void aStreamIsCutIntoExamplesThatLoseNoToken() {
    List<TokenizedExample> examples =
        FullParameterTrainer.cut(new int[] {1, 2, 3, 4, 5, 6, 7, 8}, 3);
    assertThat(examples).extracting(TokenizedExample::length).containsExactly(3, 3, 2);
    assertThat(examples.get(2).labels()).containsExactly(7, 8);
  }

  private static String hash(DecoderBlueprint blueprint, NamedTensors initial, FineTuneConfig c) {
    return FixtureExamples.sha256(
        FullParameterTrainer.train(blueprint, initial, EXAMPLES, c, LocalRun.ofSeed(1))
            .parameters());
  }

  private double meanLossAt(
      JsonNode json, NamedTensors weights, String name, int coordinate, double shift) {
    NamedTensors moved = weights.copy();
    moved.values(name)[coordinate] += (float) shift;
    Path target = folder.resolve("moved");
    ModelFolder.write(target, json, moved, DType.F32);
    return meanLoss(json, target);
  }

  private static double meanLoss(JsonNode json, Path folder) {
    try (SafetensorsFile file = SafetensorsFile.open(folder.resolve("model.safetensors"));
        DecoderModel model =
            ModelLoader.load(new BaseModelRef("saved", "0".repeat(64)), json, file)) {
      return HeldOutLoss.defaults().evaluate(model, EXAMPLES).mean();
    }
  }
}
