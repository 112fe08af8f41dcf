package org.silotune.llm.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import org.silotune.llm.checkpoint.AtomicFile;
import org.silotune.llm.checkpoint.DType;
import org.silotune.llm.checkpoint.SafetensorsWriter;
import org.silotune.llm.tensor.NamedTensors;

/** A Hugging Face model folder: {@code config.json} and {@code model.safetensors}. */
public final class ModelFolder {

  private ModelFolder() {}

  /**
   * Writes a model that {@code AutoModelForCausalLM.from_pretrained} loads. Where there is no room
   * for it, the folder keeps the model that it had.
   *
   * @param dtype how the weights are stored, rounded to nearest: F32, F16 or BF16
   * @throws org.silotune.llm.LlmException if the weights are not the configuration's, or a file
   *     cannot be written
   */
  public static void write(Path folder, JsonNode config, NamedTensors weights, DType dtype) {
    DecoderBlueprint.of(config).requireFits(weights);
    AtomicFile.writeLast(
        folder.resolve("config.json"),
        (config.toPrettyString() + "\n").getBytes(UTF_8),
        () ->
            SafetensorsWriter.write(folder.resolve("model.safetensors"), weights, dtype, Map.of()));
  }
}
