package org.silotune.prep.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HeapPeakTest {

  private static final int LARGE = 48 << 20;

  @Test
  void whatWasHeldBeforeACollectionCounts() throws InterruptedException {
    System.gc();
    try (HeapPeak peak = HeapPeak.open()) {
      long before = peak.bytes();
      assertThat(hold()).isEqualTo(LARGE);
      System.gc(); // it is told of collections a little later
      Instant end = Instant.now().plus(Duration.ofSeconds(20));
      while (peak.bytes() < before + LARGE / 2 && Instant.now().isBefore(end)) {
        Thread.sleep(10);
      }
      assertThat(peak.bytes()).isBetween(before + LARGE / 2, Runtime.getRuntime().maxMemory());
    }
  }

  private static int hold() {
    byte[] held = new byte[LARGE];
    held[LARGE - 1] = 1;
    return held.length;
  }
}
