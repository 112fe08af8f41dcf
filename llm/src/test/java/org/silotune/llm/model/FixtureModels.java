package org.silotune.llm.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.silotune.llm.checkpoint.DType;
import org.silotune.llm.checkpoint.SafetensorsFile;
import org.silotune.llm.checkpoint.ShardedSafetensors;
import org.silotune.llm.checkpoint.TensorSource;
import org.silotune.llm.checkpoint.source.SourceProgress;
import org.silotune.llm.tensor.NamedTensors;

/** The small random models of every family under golden/models. */
public final class FixtureModels {

  private FixtureModels() {}

  public static Path folder(String family) {
    return Path.of("src/test/resources/golden/models", family);
  }

  public static DecoderModel load(String family) {
    return load(family, "config.json");
  }

  /** Loads the tiny model that the program carries. */
  public static DecoderModel bundled() {
    try {
      Path config =
          Path.of(
              FixtureModels.class.getResource("/org/silotune/llm/hub/tiny/config.json").toURI());
      try (TensorSource source = SafetensorsFile.open(config.resolveSibling("model.safetensors"))) {
        return ModelLoader.load(
            new BaseModelRef("tiny", "0".repeat(64)),
            new ObjectMapper().readTree(config.toFile()),
            source);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Loads a model as the options have it, with conversions in {@code cache}. */
  public static DecoderModel load(String family, Path cache, ModelOptions options) {
    return ModelLoader.load(folder(family), cache, options, SourceProgress.none());
  }

  /** Loads a model by another file of its folder than config.json. */
  public static DecoderModel load(String family, String configName) {
    Path folder = folder(family);
    try (TensorSource source =
        Files.exists(folder.resolve(ShardedSafetensors.INDEX_NAME))
            ? ShardedSafetensors.open(folder)
            : SafetensorsFile.open(folder.resolve("model.safetensors"))) {
      return ModelLoader.load(
          new BaseModelRef(family, "0".repeat(64)), config(family, configName), source);
    }
  }

  /** Writes a random Llama of other sizes, whose vocabulary is that of the fixtures. */
  public static void writeLlama(Path folder, int hiddenSize, int layerCount) {
    ObjectNode config = (ObjectNode) config("llama", "config.json");
    config.remove("head_dim");
    config.put("hidden_size", hiddenSize).put("intermediate_size", 3 * hiddenSize);
    config.put("num_hidden_layers", layerCount);
    ModelFolder.write(folder, config, DecoderBlueprint.of(config).initialise(1), DType.F32);
  }

  /** Writes a random model of a fixture's shape, with a context of another length. */
  public static void writeRandom(Path folder, String family, int contextLength) {
    ObjectNode config = (ObjectNode) config(family, "config.json");
    config.put("max_position_embeddings", contextLength).put("initializer_range", 0.3);
    ModelFolder.write(folder, config, DecoderBlueprint.of(config).initialise(1), DType.F32);
  }

  /** Reads the LoRA adapter that lies beside a model. */
  public static NamedTensors adapter(String family) {
    Path file = folder(family).resolve("adapter/adapter_model.safetensors");
    try (SafetensorsFile source = SafetensorsFile.open(file)) {
      NamedTensors.Builder tensors = NamedTensors.builder();
      for (String name : source.names()) {
        tensors.put(name, source.info(name).shape(), source.floats(name));
      }
      return tensors.build();
    }
  }

  /** Reads an int64 tensor of token ids. */
  public static int[] ids(SafetensorsFile file, String name) {
    ByteBuffer bytes = file.map(name).get(0).duplicate().order(ByteOrder.LITTLE_ENDIAN);
    int[] ids = new int[bytes.remaining() / Long.BYTES];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (int) bytes.getLong();
    }
    return ids;
  }

  public static JsonNode config(String family, String configName) {
    try {
      return new ObjectMapper().readTree(folder(family).resolve(configName).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
