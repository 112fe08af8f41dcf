package org.silotune.llm.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class EngineIdentityTest {

  @Test
  void capabilityIsTheWidestThatTheProcessorHasWhole() {
    assertThat(EngineIdentity.capability(List.of("sse4_2"))).isEqualTo("default");
    assertThat(EngineIdentity.capability(List.of("avx2", "fma", "avx512f"))).isEqualTo("avx2");
    assertThat(
            EngineIdentity.capability(
                List.of("fma", "avx2", "avx512f", "avx512bw", "avx512dq", "avx512vl")))
        .isEqualTo("avx512");
  }

  @Test
  void thisProcessHasTheEngineThatTheProjectIsTestedWith() {
    assertThat(EngineIdentity.ofThisProcess().libtorch()).startsWith("2.7.1");
  }
}
