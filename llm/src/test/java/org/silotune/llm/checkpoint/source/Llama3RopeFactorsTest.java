package org.silotune.llm.checkpoint.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.gguf.GgufBytes;
import org.silotune.llm.checkpoint.gguf.GgufFile;

final class Llama3RopeFactorsTest {

  private static final int F32 = 0;
  private static final int UINT32 = 4;
  private static final int FLOAT32 = 6;
  private static final int STRING = 8;

  /**
   * Default over scaled inverse frequencies by transformers' {@code ROPE_INIT_FUNCTIONS["llama3"]}:
   * head size 16, base 500,000, factor 8, low 1, high 4, original context 8192.
   */
  private static final float[] REFERENCE = {1, 1, 1, 1, 2.6945302f, 8, 8, 8};

  @TempDir Path folder;

  @Test
  void theReferencesFactorsAreRecognisedAsItsScaling() {
    JsonNode scaling = config(REFERENCE).path("rope_scaling");
    assertThat(scaling.path("rope_type").asText()).isEqualTo("llama3");
    assertThat(scaling.path("factor").asDouble()).isEqualTo(8);
    assertThat(scaling.path("low_freq_factor").asDouble()).isEqualTo(1);
    assertThat(scaling.path("high_freq_factor").asDouble()).isEqualTo(4);
    assertThat(scaling.path("original_max_position_embeddings").asInt()).isEqualTo(8192);
  }

  @Test
  void factorsOfOneAreNoScaling() {
    assertThat(config(new float[] {1, 1, 1, 1, 1, 1, 1, 1}).has("rope_scaling")).isFalse();
  }

  @Test
  void anotherSchemeIsRefused() {
    float[] other = REFERENCE.clone();
    other[1] = 2;
    assertThatThrownBy(() -> config(other))
        .isInstanceOf(LlmException.class)
        .hasMessage(
            "Cannot use %s: factor 1 of rope_freqs.weight is 2.0, Llama 3's rotary scaling has 1.0; other schemes are not known",
            folder.resolve("llama3.gguf"));
    assertThatThrownBy(() -> config(new float[] {1}))
        .isInstanceOf(LlmException.class)
        .hasMessageEndingWith("tensor rope_freqs.weight F32 [1] must have 8 values, half a head");
  }

  private JsonNode config(float[] factors) {
    GgufBytes bytes =
        GgufBytes.begin(3, 8)
            .text("general.architecture")
            .u32(STRING)
            .text("llama")
            .text("llama.rope.freq_base")
            .u32(FLOAT32)
            .f32(500_000)
            .text("llama.attention.layer_norm_rms_epsilon")
            .u32(FLOAT32)
            .f32(1e-5f);
    size(bytes, "block_count", 1);
    size(bytes, "context_length", 131_072);
    size(bytes, "embedding_length", 32);
    size(bytes, "feed_forward_length", 64);
    size(bytes, "attention.head_count", 2);
    Path file =
        bytes
            .tensor("rope_freqs.weight", F32, 0, factors.length)
            .tensor("blk.0.attn_norm.weight", F32, 32, 8)
            .tensor("token_embd.weight", F32, 64, 4, 2)
            .data(0)
            .f32(factors)
            .data(64)
            .write(folder.resolve("llama3.gguf"));
    try (GgufFile gguf = GgufFile.open(file)) {
      return GgufConfig.synthesise(gguf);
    }
  }

  private static void size(GgufBytes bytes, String key, int value) {
    bytes.text("llama." + key).u32(UINT32).u32(value);
  }
}
