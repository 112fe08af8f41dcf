package org.silotune.llm.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silotune.llm.adapter.LoraConfig;
import org.silotune.llm.checkpoint.SafetensorsFile;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.FixtureModels;
import org.silotune.llm.tensor.NamedTensors;
import org.silotune.llm.tokenizer.TokenizedExample;

/** Three AdamW steps against PEFT and torch.optim.AdamW: golden/models, model_golden.py. */
final class FineTunerGoldenTest {

  @ParameterizedTest
  @ValueSource(strings = {"llama", "llama3", "mistral", "qwen2", "qwen3", "gemma3", "gpt2"})
  void threeStepsOfAdamWMoveTheAdapterAsPeftDoes(String family) throws Exception {
    JsonNode peft =
        new ObjectMapper()
            .readTree(FixtureModels.folder(family).resolve("adapter/adapter_config.json").toFile());
    List<String> targets = new ArrayList<>();
    peft.get("target_modules").forEach(t -> targets.add(t.asText()));
    LoraConfig lora =
        new LoraConfig(peft.get("r").asInt(), peft.get("lora_alpha").asDouble(), 0, targets);
    try (SafetensorsFile expected =
            SafetensorsFile.open(FixtureModels.folder(family).resolve("expected.safetensors"));
        SafetensorsFile start =
            SafetensorsFile.open(
                FixtureModels.folder(family).resolve("adapter/adapter_model.safetensors"));
        DecoderModel model = FixtureModels.load(family)) {
      NamedTensors.Builder initial = NamedTensors.builder();
      start.names().forEach(n -> initial.put(n, start.info(n).shape(), start.floats(n)));
      List<TokenizedExample> examples = new ArrayList<>();
      for (int i = 1; i < 3; i++) {
        examples.add(
            new TokenizedExample(
                "example " + i,
                FixtureModels.ids(expected, "input_ids." + i),
                FixtureModels.ids(expected, "labels." + i)));
      }
      FineTuneConfig config =
          FineTuneConfig.defaults()
              .withOptimizer(new OptimizerConfig.AdamW(0.9, 0.999, 1e-8, 0.1))
              .withLearningRate(1e-2)
              .withClipNorm(OptionalDouble.empty())
              .withLength(new TrainingLength.Steps(3))
              .withBatchSize(3);
      NamedTensors before = initial.build();
      FineTuneResult result =
          FineTuner.train(model, lora, before, examples, config, LocalRun.ofSeed(1));

      result
          .parameters()
          .forEach(
              (name, trained) -> {
                float[] reference = expected.floats("trained/" + name);
                double difference = 0;
                double size = 0;
                for (int i = 0; i < trained.length; i++) {
                  double change = (double) reference[i] - before.values(name)[i];
                  difference += square((double) trained[i] - reference[i]);
                  size += square(change);
                }
                assertThat(Math.sqrt(difference / size)).as(name).isLessThan(1e-3);
              });
    }
  }

  private static double square(double x) {
    return x * x;
  }
}
