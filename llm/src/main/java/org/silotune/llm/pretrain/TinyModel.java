package org.silotune.llm.pretrain;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.silotune.llm.checkpoint.DType;
import org.silotune.llm.checkpoint.SafetensorsWriter;
import org.silotune.llm.tensor.CounterRandom;
import org.silotune.llm.tensor.NamedTensors;
import org.silotune.llm.tokenizer.Tokenizer;

/**
 * The shape of the bundled tiny model, its random beginning, and its Hugging Face folder: a Llama
 * of four layers whose output head is its embedding, about two million parameters.
 */
final class TinyModel {

  static final int CONTEXT_LENGTH = 512;

  private static final int HIDDEN = 192;
  private static final int INTERMEDIATE = 512;
  private static final int LAYERS = 4;
  private static final int HEADS = 6;
  private static final int KEY_VALUE_HEADS = 2;
  private static final int HEAD_SIZE = HIDDEN / HEADS;

  /** Standard deviation of the initial weights, as in GPT-2 (section 2.3). */
  private static final double DEVIATION = 0.02;

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private TinyModel() {}

  /**
   * Returns random weights by their Hugging Face names: norms 1, matrices normal with a standard
   * deviation of 0.02, and less where a map adds to the residual stream, by the square root of the
   * number of such maps (GPT-2, section 2.3). Each tensor has a generator of its own.
   */
  static NamedTensors randomWeights(int vocabularySize, long seed) {
    double residual = DEVIATION / StrictMath.sqrt(2 * LAYERS);
    CounterRandom random = CounterRandom.ofSeed(seed);
    NamedTensors.Builder weights = NamedTensors.builder();
    matrix(weights, "model.embed_tokens", vocabularySize, HIDDEN, DEVIATION, random);
    for (int layer = 0; layer < LAYERS; layer++) {
      String prefix = "model.layers.%d.".formatted(layer);
      String attention = prefix + "self_attn.";
      int keyValueWidth = KEY_VALUE_HEADS * HEAD_SIZE;
      norm(weights, prefix + "input_layernorm");
      matrix(weights, attention + "q_proj", HIDDEN, HIDDEN, DEVIATION, random);
      matrix(weights, attention + "k_proj", keyValueWidth, HIDDEN, DEVIATION, random);
      matrix(weights, attention + "v_proj", keyValueWidth, HIDDEN, DEVIATION, random);
      matrix(weights, attention + "o_proj", HIDDEN, HIDDEN, residual, random);
      norm(weights, prefix + "post_attention_layernorm");
      String mlp = prefix + "mlp.";
      matrix(weights, mlp + "gate_proj", INTERMEDIATE, HIDDEN, DEVIATION, random);
      matrix(weights, mlp + "up_proj", INTERMEDIATE, HIDDEN, DEVIATION, random);
      matrix(weights, mlp + "down_proj", HIDDEN, INTERMEDIATE, residual, random);
    }
    norm(weights, "model.norm");
    return weights.build();
  }

  /**
   * Writes the model's folder: its configuration, its weights in {@code dtype}, and the files of
   * its tokenizer.
   *
   * @param tokenizerFolder holds tokenizer.json and tokenizer_config.json
   */
  static void write(
      Path folder, NamedTensors weights, DType dtype, Tokenizer tokenizer, Path tokenizerFolder) {
    try {
      Files.createDirectories(folder);
      JSON.writeValue(folder.resolve("config.json").toFile(), config(tokenizer, dtype));
      JSON.writeValue(
          folder.resolve("generation_config.json").toFile(), generationConfig(tokenizer));
      for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
        Files.copy(
            tokenizerFolder.resolve(file),
            folder.resolve(file),
            StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write model folder " + folder, e);
    }
    SafetensorsWriter.write(folder.resolve("model.safetensors"), weights, dtype, Map.of());
  }

  private static Map<String, Object> config(Tokenizer tokenizer, DType dtype) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("architectures", List.of("LlamaForCausalLM"));
    config.put("model_type", "llama");
    config.put("torch_dtype", dtype == DType.F16 ? "float16" : "float32");
    config.put("vocab_size", tokenizer.vocabularySize());
    config.put("hidden_size", HIDDEN);
    config.put("intermediate_size", INTERMEDIATE);
    config.put("num_hidden_layers", LAYERS);
    config.put("num_attention_heads", HEADS);
    config.put("num_key_value_heads", KEY_VALUE_HEADS);
    config.put("head_dim", HEAD_SIZE);
    config.put("hidden_act", "silu");
    config.put("max_position_embeddings", CONTEXT_LENGTH);
    config.put("rms_norm_eps", 1e-5);
    config.put("rope_theta", 10000.0);
    config.put("tie_word_embeddings", true);
    config.put("attention_bias", false);
    config.put("mlp_bias", false);
    config.putAll(specialIds(tokenizer));
    return config;
  }

  private static Map<String, Object> generationConfig(Tokenizer tokenizer) {
    Map<String, Object> config = new LinkedHashMap<>(specialIds(tokenizer));
    config.put("eos_token_id", tokenizer.specialTokens().endOfTurn().stream().sorted().toList());
    return config;
  }

  private static Map<String, Object> specialIds(Tokenizer tokenizer) {
    Map<String, Object> ids = new LinkedHashMap<>();
    tokenizer.specialTokens().bos().ifPresent(id -> ids.put("bos_token_id", id));
    tokenizer.specialTokens().eos().ifPresent(id -> ids.put("eos_token_id", id));
    return ids;
  }

  private static void norm(NamedTensors.Builder weights, String module) {
    float[] ones = new float[HIDDEN];
    Arrays.fill(ones, 1);
    weights.put(module + ".weight", new long[] {HIDDEN}, ones);
  }

  private static void matrix(
      NamedTensors.Builder weights,
      String module,
      int outputs,
      int inputs,
      double deviation,
      CounterRandom random) {
    CounterRandom own = random.at(module);
    float[] values = new float[outputs * inputs];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (own.gaussian(i) * deviation);
    }
    weights.put(module + ".weight", new long[] {outputs, inputs}, values);
  }
}
