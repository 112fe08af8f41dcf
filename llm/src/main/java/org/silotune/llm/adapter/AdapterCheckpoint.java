package org.silotune.llm.adapter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.AtomicFile;
import org.silotune.llm.checkpoint.SafetensorsFile;
import org.silotune.llm.checkpoint.SafetensorsWriter;
import org.silotune.llm.model.BaseModelRef;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.tensor.NamedTensors;

/**
 * An adapter in a Hugging Face PEFT folder, which {@code PeftModel.from_pretrained} loads:
 *
 * <ul>
 *   <li>{@code adapter_config.json}: PEFT's keys;
 *   <li>{@code adapter_model.safetensors}: float32 tensors by PEFT's names, such as {@code
 *       base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight}. Its metadata entry {@code
 *       silotune.base_sha256} is the sha256 of the base model's weights. The bytes are a function
 *       of the adapter and the base alone.
 * </ul>
 *
 * @param adapter the adapter
 * @param baseName what the base model is called
 * @param baseSha256 the sha256 of its weights; empty in folders that PEFT wrote
 */
public record AdapterCheckpoint(Adapter adapter, String baseName, Optional<String> baseSha256) {

  /** The file with the tensors. */
  public static final String WEIGHTS = "adapter_model.safetensors";

  /** The file with the settings. */
  public static final String CONFIG = "adapter_config.json";

  private static final String BASE_SHA256 = "silotune.base_sha256";
  private static final JsonMapper JSON = new JsonMapper();

  public AdapterCheckpoint {
    requireNonNull(adapter, "adapter");
    requireNonNull(baseName, "baseName");
    requireNonNull(baseSha256, "baseSha256");
  }

  /**
   * Writes an adapter of {@code model} into {@code folder}, which keeps the adapter that it had
   * where there is no room for this one.
   *
   * @throws LlmException if the adapter does not fit the model or a file cannot be written
   */
  public static void write(Path folder, Adapter adapter, DecoderModel model) {
    adapter.config().requireFits(model, adapter.parameters());
    JsonNode config =
        PeftConfigJson.of((LoraConfig) adapter.config(), model.ref().name(), model.linears());
    AtomicFile.writeLast(
        folder.resolve(CONFIG),
        bytes(config),
        () ->
            SafetensorsWriter.write(
                folder.resolve(WEIGHTS),
                adapter.parameters(),
                Map.of(BASE_SHA256, model.ref().sha256())));
  }

  /**
   * Reads a folder.
   *
   * @throws LlmException if a file is missing or not sound, or the adapter is of a kind not known
   */
  public static AdapterCheckpoint read(Path folder) {
    Path config = folder.resolve(CONFIG);
    Path weights = folder.resolve(WEIGHTS);
    for (Path file : new Path[] {config, weights}) {
      if (!Files.isRegularFile(file)) {
        throw new LlmException(
            "Missing %s: %s is not an adapter folder; name one that holds %s and %s"
                .formatted(file, folder, CONFIG, WEIGHTS));
      }
    }
    PeftConfigJson json = new PeftConfigJson(readJson(config), config);
    try (SafetensorsFile file = SafetensorsFile.open(weights)) {
      NamedTensors.Builder tensors = NamedTensors.builder();
      file.names().forEach(n -> tensors.put(n, file.info(n).shape(), file.floats(n)));
      return new AdapterCheckpoint(
          new Adapter(json.lora(), tensors.build()),
          json.baseName(),
          Optional.ofNullable(file.metadata().get(BASE_SHA256)));
    }
  }

  /**
   * Checks that this adapter belongs to a model.
   *
   * @throws AdapterMismatchException if it was trained on another base, or its tensors do not fit
   */
  public void requireBase(DecoderModel model) {
    BaseModelRef base = model.ref();
    baseSha256.ifPresent(
        trainedOn -> {
          if (!trainedOn.equals(base.sha256())) {
            throw new AdapterMismatchException(
                "Cannot use the adapter with %s (sha256 %s): it was trained on %s (sha256 %s); name that model, or train an adapter of this one"
                    .formatted(base.name(), base.sha256(), baseName, trainedOn));
          }
        });
    try {
      adapter.config().requireFits(model, adapter.parameters());
    } catch (LlmException e) {
      throw new AdapterMismatchException(e.getMessage(), e);
    }
  }

  private static byte[] bytes(JsonNode json) {
    return (json.toPrettyString() + "\n").getBytes(UTF_8);
  }

  private static JsonNode readJson(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (JsonProcessingException e) {
      throw new LlmException("Invalid %s: not JSON: %s".formatted(file, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw LlmException.cannot("read", file, e);
    }
  }
}
