package org.silotune.llm.pretrain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.silotune.llm.checkpoint.DType;
import org.silotune.llm.model.ModelFolder;
import org.silotune.llm.tensor.NamedTensors;
import org.silotune.llm.tokenizer.SpecialTokens;
import org.silotune.llm.tokenizer.Tokenizer;

/**
 * The shape of the bundled tiny model and its Hugging Face folder: a Llama of four layers whose
 * output head is its embedding, about two million parameters.
 */
final class TinyModel {

  static final int CONTEXT_LENGTH = 512;

  private static final ObjectMapper JSON = new ObjectMapper();

  private TinyModel() {}

  /** Returns config.json. */
  static JsonNode config(Tokenizer tokenizer) {
    ObjectNode config = JSON.createObjectNode();
    config.putArray("architectures").add("LlamaForCausalLM");
    config
        .put("model_type", "llama")
        .put("torch_dtype", "float16")
        .put("vocab_size", tokenizer.vocabularySize())
        .put("hidden_size", 192)
        .put("intermediate_size", 512)
        .put("num_hidden_layers", 4)
        .put("num_attention_heads", 6)
        .put("num_key_value_heads", 2)
        .put("head_dim", 32)
        .put("hidden_act", "silu")
        .put("max_position_embeddings", CONTEXT_LENGTH)
        .put("initializer_range", 0.02)
        .put("rms_norm_eps", 1e-5)
        .put("rope_theta", 10000.0)
        .put("tie_word_embeddings", true)
        .put("attention_bias", false)
        .put("mlp_bias", false);
    SpecialTokens special = tokenizer.specialTokens();
    special.eos().ifPresent(id -> config.put("eos_token_id", id));
    return config;
  }

  /**
   * Writes the model's folder, weights in half precision.
   *
   * @param tokenizerFolder holds tokenizer.json and tokenizer_config.json, which are copied
   */
  static void write(Path folder, NamedTensors weights, Tokenizer tokenizer, Path tokenizerFolder) {
    ModelFolder.write(folder, config(tokenizer), weights, DType.F16);
    try {
      Files.writeString(
          folder.resolve("generation_config.json"),
          generationConfig(tokenizer).toPrettyString() + "\n");
      for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
        Files.copy(
            tokenizerFolder.resolve(file),
            folder.resolve(file),
            StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write model folder " + folder, e);
    }
  }

  private static ObjectNode generationConfig(Tokenizer tokenizer) {
    ObjectNode config = JSON.createObjectNode();
    var ids = config.putArray("eos_token_id");
    tokenizer.specialTokens().endOfTurn().stream().sorted().forEach(ids::add);
    return config;
  }
}
