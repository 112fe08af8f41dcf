package org.silotune.llm.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.SafetensorsFile;
import org.silotune.llm.checkpoint.SafetensorsWriter;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.FixtureModels;
import org.silotune.llm.model.ModelLoader;
import org.silotune.llm.tensor.NamedTensors;

final class AdapterCheckpointTest {

  private static final LoraConfig LORA = new LoraConfig(2, 4, 0.1, List.of("v_proj", "q_proj"));

  @TempDir Path folder;

  @Test
  void whatIsWrittenIsReadBack() {
    try (DecoderModel model = FixtureModels.load("llama")) {
      Adapter adapter = new Adapter(LORA, LORA.initialise(model, 3));
      AdapterCheckpoint.write(folder, adapter, model);
      AdapterCheckpoint read = AdapterCheckpoint.read(folder);
      read.requireBase(model);
      assertThat(read.adapter().config()).isEqualTo(LORA);
      assertThat(read.baseName()).isEqualTo("llama");
      assertThat(read.baseSha256()).contains(model.ref().sha256());
      adapter
          .parameters()
          .forEach(
              (name, values) ->
                  assertThat(read.adapter().parameters().values(name)).isEqualTo(values));
    }
  }

  @Test
  void settingsStayThoseOfTheWeightsWhereNewWeightsCannotBeWritten() throws IOException {
    try (DecoderModel model = FixtureModels.load("llama")) {
      AdapterCheckpoint.write(folder, new Adapter(LORA, LORA.initialise(model, 3)), model);
      Path weights = folder.resolve("adapter_model.safetensors");
      Path aside = Files.move(weights, folder.resolve("aside"));
      Path obstacle = Files.createDirectories(weights.resolve("obstacle"));
      Adapter other = new Adapter(LORA.withAlpha(9), LORA.initialise(model, 4));
      assertThatThrownBy(() -> AdapterCheckpoint.write(folder, other, model))
          .isInstanceOf(LlmException.class)
          .hasMessageStartingWith("Cannot write %s: ".formatted(weights));
      Files.delete(obstacle);
      Files.delete(weights);
      Files.move(aside, weights);
      try (Stream<Path> files = Files.list(folder)) {
        assertThat(files).hasSize(2);
      }
      assertThat(AdapterCheckpoint.read(folder).adapter().config()).isEqualTo(LORA);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "llama3", "mistral", "qwen2", "qwen3", "gemma3", "gpt2"})
  void foldersOfPeftAreRead(String family) {
    try (DecoderModel model = FixtureModels.load(family)) {
      AdapterCheckpoint read =
          AdapterCheckpoint.read(FixtureModels.folder(family).resolve("adapter"));
      read.requireBase(model);
      assertThat(read.baseSha256()).isEmpty();
      assertThat(((LoraConfig) read.adapter().config()).rank()).isEqualTo(4);
    }
  }

  /** As openai-community/gpt2 is published; PEFT still names modules by the whole model's tree. */
  @Test
  void foldersOfPeftFitAModelSavedWithoutItsHead() throws IOException {
    Path stored = FixtureModels.folder("gpt2");
    NamedTensors.Builder body = NamedTensors.builder();
    try (SafetensorsFile whole = SafetensorsFile.open(stored.resolve("model.safetensors"))) {
      for (String name : whole.names()) {
        body.put(
            name.replaceFirst("^transformer\\.", ""), whole.info(name).shape(), whole.floats(name));
      }
    }
    SafetensorsWriter.write(folder.resolve("model.safetensors"), body.build(), Map.of());
    Files.copy(stored.resolve("config.json"), folder.resolve("config.json"));
    try (DecoderModel model = ModelLoader.load(folder, folder.resolve("cache"))) {
      AdapterCheckpoint.read(stored.resolve("adapter")).requireBase(model);
    }
  }

  @Test
  void anAdapterOfAnotherBaseIsRefusedWithBothHashes() {
    try (DecoderModel model = FixtureModels.load("llama")) {
      Adapter adapter = new Adapter(LORA, LORA.initialise(model, 3));
      AdapterCheckpoint other =
          new AdapterCheckpoint(adapter, "other", java.util.Optional.of("f".repeat(64)));
      assertThatThrownBy(() -> other.requireBase(model))
          .isInstanceOf(LlmException.class)
          .hasMessage(
              "Cannot use the adapter with llama (sha256 %s): it was trained on other (sha256 %s); name that model, or train an adapter of this one"
                  .formatted("0".repeat(64), "f".repeat(64)));
    }
  }

  @Test
  void aMissingCheckpointIsAnError() {
    Path nowhere = folder.resolve("nowhere");
    assertThatThrownBy(() -> AdapterCheckpoint.read(nowhere))
        .isInstanceOf(LlmException.class)
        .hasMessage(
            "Missing %s: %s is not an adapter folder; name one that holds adapter_config.json and adapter_model.safetensors"
                .formatted(nowhere.resolve("adapter_config.json"), nowhere));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "\"use_dora\" : false | \"use_dora\" : true | use_dora | true; known: false",
        "\"use_dora\" : false | \"alora_invocation_tokens\" : [7] | alora_invocation_tokens | [7]; known: null",
        "\"init_lora_weights\" : true | \"init_lora_weights\" : \"pissa\" | init_lora_weights | pissa; known: eva, false, gaussian, orthogonal, true",
        "\"lora_dropout\" : 0.1 | \"lora_dropout\" : \"x\" | lora_dropout | \"x\"; known: a number",
      })
  void kindsOfAdapterThatComputeOtherwiseAreRefused(
      String written, String changed, String key, String message) throws IOException {
    try (DecoderModel model = FixtureModels.load("llama")) {
      AdapterCheckpoint.write(folder, new Adapter(LORA, LORA.initialise(model, 3)), model);
    }
    Path config = folder.resolve("adapter_config.json");
    Files.writeString(config, Files.readString(config).replace(written, changed));
    assertThatThrownBy(() -> AdapterCheckpoint.read(folder))
        .isInstanceOf(LlmException.class)
        .hasMessage("Invalid %s in %s: %s".formatted(key, config, message));
  }

  @Test
  void modulesOfAnotherModelAreRefusedWithTheKnownOnes() {
    try (DecoderModel model = FixtureModels.load("gpt2")) {
      assertThatThrownBy(() -> LORA.initialise(model, 1))
          .isInstanceOf(LlmException.class)
          .hasMessage(
              "Invalid LoRA target module q_proj: not in a layer of gpt2; known: attn.c_attn, attn.c_proj, mlp.c_fc, mlp.c_proj");
    }
  }

  @Test
  void aRankAboveBothWidthsIsRefusedBeforeAnythingIsAllocated() {
    try (DecoderModel model = FixtureModels.load("llama")) {
      assertThatThrownBy(() -> LORA.withRank(Integer.MAX_VALUE).initialise(model, 1))
          .isInstanceOf(LlmException.class)
          .hasMessage("Invalid LoRA rank 2147483647: self_attn.q_proj is only 32 x 32");
    }
  }

  @Test
  void settingsOutsideTheirRangeAreRefused() {
    assertThatThrownBy(() -> LORA.withRank(0)).hasMessage("Invalid LoRA rank 0: must be >= 1");
    assertThatThrownBy(() -> LORA.withAlpha(0)).hasMessage("Invalid LoRA alpha 0.0: must be > 0");
    assertThatThrownBy(() -> LORA.withDropout(1))
        .hasMessage("Invalid LoRA dropout 1.0: must be in [0, 1)");
    assertThatThrownBy(() -> LORA.withTargetModules(List.of()))
        .hasMessage("Missing LoRA target modules: name at least one");
  }
}
