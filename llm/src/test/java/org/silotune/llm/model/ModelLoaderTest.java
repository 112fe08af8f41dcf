package org.silotune.llm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silotune.llm.InsufficientMemoryException;
import org.silotune.llm.InvalidChoiceException;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.PinnedMapping;
import org.silotune.llm.checkpoint.SafetensorsFile;
import org.silotune.llm.checkpoint.TensorInfo;
import org.silotune.llm.checkpoint.TensorSource;
import org.silotune.llm.checkpoint.source.BaseFormat;
import org.silotune.llm.script.RefusedMemory;

final class ModelLoaderTest {

  @TempDir Path cache;

  @Test
  void aModelIsCalledAsItsFolderAndIdentifiedByItsWeights() {
    try (DecoderModel model = ModelLoader.load(FixtureModels.folder("llama"), cache)) {
      assertThat(model.ref().name()).isEqualTo("llama");
      assertThat(model.ref().sha256()).matches("[0-9a-f]{64}");
    }
  }

  @Test
  void aFamilyThatIsNotKnownIsRefusedWithTheKnownOnes() {
    assertRefused(
        "model_type",
        "mamba",
        "Invalid model_type in config.json: mamba; known: gemma3_text, gpt2, llama, mistral, qwen2, qwen3");
  }

  @Test
  void float16IsRefusedForAFamilyWhoseStatesItCannotHold() {
    ModelOptions float16 = new ModelOptions(BaseFormat.FLOAT32, ComputeType.FLOAT16);
    assertThatThrownBy(() -> FixtureModels.load("gemma3", cache, float16))
        .isInstanceOf(InvalidChoiceException.class)
        .hasMessage(
            "Cannot compute in float16: the hidden states of gemma3_text exceed its largest value, 65504; set precision.compute (--dtype) to bfloat16 or float32; known in float16: gpt2, llama, mistral, qwen2, qwen3");
    ModelOptions bfloat16 = new ModelOptions(BaseFormat.FLOAT32, ComputeType.BFLOAT16);
    FixtureModels.load("gemma3", cache, bfloat16).close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hidden_act | relu | Invalid activation in config.json: relu; known: gelu, gelu_new, gelu_pytorch_tanh, silu, swish",
        "vocab_size | many | Invalid vocab_size in config.json: \"many\"; expected an integer",
      })
  void whatTheScriptLacksIsRefused(String key, String value, String message) {
    assertRefused(key, value, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "num_hidden_layers | 2147483647 | Invalid num_hidden_layers in config.json: 2147483647; expected 1 to 10000",
        "num_hidden_layers | 0 | Invalid num_hidden_layers in config.json: 0; expected 1 to 10000",
        "num_attention_heads | 0 | Invalid num_attention_heads in config.json: 0; expected a divisor of hidden_size 32",
        "num_key_value_heads | 3 | Invalid config.json: Invalid key-value head count 3: must divide the 4 heads",
        "head_dim | 2147483646 | Invalid config.json: integer overflow",
        "vocab_size | -1 | Invalid config.json: Invalid vocabulary size -1: must be >= 1",
      })
  void sizesThatNoModelHasAreRefusedBeforeAnythingIsAllocated(
      String key, int value, String message) {
    ObjectNode config = (ObjectNode) FixtureModels.config("llama", "config.json");
    config.remove("head_dim");
    assertRefused(config.put(key, value), message);
  }

  @Test
  void anUnknownRopeTypeIsRefused() {
    ObjectNode config = (ObjectNode) FixtureModels.config("llama", "config.json");
    ((ObjectNode) config.get("rope_parameters")).put("rope_type", "yarn");
    assertRefused(config, "Invalid rope_type in config.json: yarn; known: default, linear, llama3");
  }

  @Test
  void aRopeFactorOfZeroIsRefused() {
    ObjectNode config = (ObjectNode) FixtureModels.config("llama", "config.json");
    ((ObjectNode) config.get("rope_parameters")).put("rope_type", "linear").put("factor", 0);
    assertRefused(config, "Invalid config.json: Invalid RoPE factor 0.0: must be > 0");
  }

  /** The source refuses as libtorch does, wherever it is asked; there is no GPU here to fill. */
  @Test
  void memoryThatIsRefusedForWeightsIsAnErrorThatNamesThem() {
    try (SafetensorsFile file =
        SafetensorsFile.open(FixtureModels.folder("llama").resolve("model.safetensors"))) {
      var source = new RefusingSource(file);
      BaseModelRef ref = new BaseModelRef("x", "0".repeat(64));
      assertThatThrownBy(
              () -> ModelLoader.load(ref, FixtureModels.config("llama", "config.json"), source))
          .isInstanceOf(InsufficientMemoryException.class)
          .hasMessage(
              "Cannot load x on cpu: 1.61 GB more of the GPU's memory were refused; its weights take 78.5 kB there as float32, of 84.9 GB that it has in all; take a smaller base (precision.base, --base: int8 or nf4), or a device with more");
    }
  }

  @Test
  void weightsOfAnotherShapeAreRefused() {
    ObjectNode config = (ObjectNode) FixtureModels.config("llama", "config.json");
    config.put("intermediate_size", 40);
    assertRefused(
        config,
        "Invalid tensor model.layers.0.mlp.gate_proj.weight: shape [48, 32], config.json asks for [40, 32]; the two do not belong together");
  }

  private record RefusingSource(TensorSource source) implements TensorSource {

    @Override
    public List<PinnedMapping> pin(String name) {
      throw RefusedMemory.onGpu("1.50 GiB");
    }

    @Override
    public Set<String> names() {
      return source.names();
    }

    @Override
    public TensorInfo info(String name) {
      return source.info(name);
    }

    @Override
    public List<ByteBuffer> map(String name) {
      return source.map(name);
    }

    @Override
    public Map<String, String> metadata() {
      return source.metadata();
    }

    @Override
    public float[] floats(String name) {
      return source.floats(name);
    }

    @Override
    public void close() {
      source.close();
    }
  }

  private static void assertRefused(String key, String value, String message) {
    ObjectNode config = (ObjectNode) FixtureModels.config("llama", "config.json");
    assertRefused(config.put(key, value), message);
  }

  private static void assertRefused(ObjectNode config, String message) {
    try (SafetensorsFile file =
        SafetensorsFile.open(FixtureModels.folder("llama").resolve("model.safetensors"))) {
      BaseModelRef ref = new BaseModelRef("x", "0".repeat(64));
      assertThatThrownBy(() -> ModelLoader.load(ref, config, file))
          .isInstanceOf(LlmException.class)
          .hasMessage(message);
    }
  }
}
