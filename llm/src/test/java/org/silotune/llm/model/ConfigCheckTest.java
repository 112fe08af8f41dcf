package org.silotune.llm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.silotune.llm.LlmException;

/** What config.json says about attention, norms and rotary embeddings, read and checked. */
final class ConfigCheckTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "sliding_window_pattern | 0 | Invalid sliding_window_pattern in config.json: 0; expected a number >= 1",
        "sliding_window_pattern | 1.5 | Invalid sliding_window_pattern in config.json: 1.5; expected an integer",
        "sliding_window | -1 | Invalid config.json: Invalid attention window -1: must be >= 0",
        "layer_types | [\"full_attention\"] | Invalid layer_types in config.json: 1 entries; expected 7 entries",
        "layer_types | \"full_attention\" | Invalid layer_types in config.json: \"full_attention\"; expected a list of texts",
        "layer_types | [\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\"] | Invalid layer type in config.json: a; known: full_attention, sliding_attention",
        "query_pre_attn_scalar | 0 | Invalid config.json: Invalid attention scale Infinity: must be > 0",
        "query_pre_attn_scalar | -4 | Invalid config.json: Invalid attention scale NaN: must be > 0",
        "query_pre_attn_scalar | \"4\" | Invalid query_pre_attn_scalar in config.json: \"4\"; expected a number",
        "attn_logit_softcapping | 50.0 | Invalid attn_logit_softcapping in config.json: 50.0; expected none",
        "rms_norm_eps | 1 | Invalid config.json: Invalid norm epsilon 1.0: must be in [0, 1)",
        "rms_norm_eps | -1e-6 | Invalid config.json: Invalid norm epsilon -1.0E-6: must be in [0, 1)",
      })
  void attentionAndNormsOutOfRangeAreRefused(String key, String value, String message) {
    ObjectNode config = config("gemma3");
    config.set(key, json(value));
    assertRefused(config, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "factor | 0 | Invalid config.json: Invalid RoPE factor 0.0: must be > 0",
        "factor | null | Missing factor in config.json",
        "low_freq_factor | 0 | Invalid config.json: Invalid RoPE low frequency factor 0.0: must be > 0",
        "low_freq_factor | null | Missing low_freq_factor in config.json",
        "high_freq_factor | 1 | Invalid config.json: Invalid RoPE high frequency factor 1.0: must be > the low one, 1.0",
        "high_freq_factor | null | Missing high_freq_factor in config.json",
        "original_max_position_embeddings | -64 | Invalid config.json: Invalid RoPE original context -64.0: must be > 0",
        "partial_rotary_factor | 0.5 | Invalid partial_rotary_factor in config.json: 0.5; expected 1.0",
      })
  void factorsOfLlama3OutOfRangeAreRefused(String key, String value, String message) {
    ObjectNode config = config("llama3");
    ((ObjectNode) config.get("rope_parameters")).set(key, json(value));
    assertRefused(config, message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gemma3", "gpt2", "llama", "llama3", "mistral", "qwen2", "qwen3"})
  void moreLayersThanAnyModelHasAreRefusedBeforeTheyAreListed(String fixture) {
    ObjectNode config = config(fixture);
    String key = fixture.equals("gpt2") ? "n_layer" : "num_hidden_layers";
    config.remove(List.of("layer_types", "max_window_layers")); // so that a family lists them
    config.put("use_sliding_window", true).put("sliding_window", 4);
    assertRefused(
        config.put(key, Integer.MAX_VALUE),
        "Invalid %s in config.json: 2147483647; expected 1 to 10000".formatted(key));
    assertRefused(
        config.put(key, 10_001),
        "Invalid %s in config.json: 10001; expected 1 to 10000".formatted(key));
    config.remove(key);
    assertRefused(config, "Missing %s in config.json".formatted(key));
  }

  @Test
  void factorsOfLlama3AreReadAndTheContextStandsInForTheOriginalOne() {
    ObjectNode config = config("llama3");
    assertThat(rope(config).scaling()).isEqualTo(new RopeScaling.Llama3(8, 1, 4, 64));
    ((ObjectNode) config.get("rope_parameters")).remove("original_max_position_embeddings");
    assertThat(rope(config).scaling()).isEqualTo(new RopeScaling.Llama3(8, 1, 4, 128));
  }

  @Test
  void everySixthLayerSeesEverythingWhereTheTypesAreNotListed() {
    ObjectNode config = config("gemma3");
    config.remove("layer_types");
    assertThat(read(config).layers())
        .extracting(LayerAttention::window)
        .containsExactly(6, 6, 6, 6, 6, 0, 6);
    config.put("sliding_window_pattern", 3);
    assertThat(read(config).layers())
        .extracting(LayerAttention::window)
        .containsExactly(6, 6, 0, 6, 6, 0, 6);
  }

  @Test
  void theScaleOfAttentionIsGemmasOwnAndElseThatOfTheHeads() {
    assertThat(read(config("gemma3")).attentionScale()).isEqualTo(1 / Math.sqrt(20));
    assertThat(read(config("llama3")).attentionScale()).isEqualTo(0.25);
  }

  @Test
  void aMistralWithoutAWindowSeesEverything() {
    ObjectNode config = config("mistral");
    config.putNull("sliding_window");
    assertThat(read(config).layers()).extracting(LayerAttention::window).containsOnly(0);
  }

  private static Rope rope(JsonNode config) {
    return read(config).ropes().get(0);
  }

  private static DecoderConfig read(JsonNode config) {
    return DecoderBlueprint.of(config).config();
  }

  private static void assertRefused(JsonNode config, String message) {
    assertThatThrownBy(() -> DecoderBlueprint.of(config))
        .isInstanceOf(LlmException.class)
        .hasMessage(message);
  }

  private static ObjectNode config(String family) {
    return (ObjectNode) FixtureModels.config(family, "config.json");
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
