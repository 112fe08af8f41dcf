package org.silotune.llm.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.DType;
import org.silotune.llm.checkpoint.SafetensorsWriter;
import org.silotune.llm.tensor.NamedTensors;

/** A Hugging Face model folder: {@code config.json} and {@code model.safetensors}. */
public final class ModelFolder {

  private ModelFolder() {}

  /**
   * Writes a model that {@code AutoModelForCausalLM.from_pretrained} loads.
   *
   * @param dtype how the weights are stored, rounded to nearest: F32, F16 or BF16
   * @throws LlmException if the weights are not the configuration's, or a file cannot be written
   */
  public static void write(Path folder, JsonNode config, NamedTensors weights, DType dtype) {
    DecoderBlueprint.of(config).requireFits(weights);
    Path file = folder.resolve("config.json");
    try {
      Files.createDirectories(folder);
      Files.writeString(
          file,
          JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(config)
              + "\n");
    } catch (IOException e) {
      throw LlmException.cannot("write", file, e);
    }
    SafetensorsWriter.write(folder.resolve("model.safetensors"), weights, dtype, Map.of());
  }
}
