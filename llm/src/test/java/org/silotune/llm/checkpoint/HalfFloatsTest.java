package org.silotune.llm.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.silotune.llm.testing.Golden;

final class HalfFloatsTest {

  @Test
  void narrowingRoundsAsTorchDoes() throws IOException {
    JsonNode golden =
        new ObjectMapper().readTree(Files.readAllBytes(Golden.path("safetensors/half.json")));
    for (int i = 0; i < golden.get("float32").size(); i++) {
      float value = Float.intBitsToFloat(golden.get("float32").get(i).asInt());
      assertThat(HalfFloats.toF16(value))
          .as("float16 of %s", value)
          .isEqualTo((short) golden.get("float16").get(i).asInt());
      assertThat(HalfFloats.toBf16(value))
          .as("bfloat16 of %s", value)
          .isEqualTo((short) golden.get("bfloat16").get(i).asInt());
    }
  }

  @Test
  void everyHalfWidensAndNarrowsToItself() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float half = HalfFloats.fromF16((short) bits);
      if (!Float.isNaN(half)) {
        assertThat(HalfFloats.toF16(half)).isEqualTo((short) bits);
      }
      float brain = HalfFloats.fromBf16((short) bits);
      if (!Float.isNaN(brain)) {
        assertThat(HalfFloats.toBf16(brain)).isEqualTo((short) bits);
      }
    }
  }

  @Test
  void aNanStaysANan() {
    assertThat(HalfFloats.fromF16((short) 0x7c01)).isNaN();
    assertThat(HalfFloats.fromF16((short) 0xfe00)).isNaN();
    float smallestPayload = Float.intBitsToFloat(0x7f800001);
    assertThat(HalfFloats.fromF16(HalfFloats.toF16(smallestPayload))).isNaN();
    assertThat(HalfFloats.fromBf16(HalfFloats.toBf16(smallestPayload))).isNaN();
  }
}
