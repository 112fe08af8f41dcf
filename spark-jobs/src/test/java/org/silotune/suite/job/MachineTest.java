package org.silotune.suite.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The line by which a report names its machine. */
final class MachineTest {

  @Test
  void theFirstProcessorIsNamed() {
    var lines =
        List.of("processor\t: 0", "model name\t: A: 2 GHz", "model name\t: B", "flags\t: x");
    assertThat(Machine.processor(lines)).isEqualTo("A: 2 GHz");
    assertThat(Machine.processor(List.of("CPU part\t: 0xd0c"))).isEqualTo("unknown");
    assertThat(new Machine("A", 2, 8_400_000_000L).words())
        .isEqualTo("processor A, 2 cores, 8.4 GB of memory");
    assertThat(Machine.ofThisProcess().words()).endsWith(" GB of memory");
  }
}
