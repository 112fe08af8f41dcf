package org.silotune.llm.model;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.silotune.llm.testing.GoldenReport;

/**
 * Gemma 3 270M: Q4_K, Q5_0, Q6_K and Q8_0; one prompt is longer than the window of local layers.
 */
@Tag("real-model")
final class Gemma3GoldenTest {

  private static final RealModelGolden GOLDEN =
      new RealModelGolden("gemma3-270m", GoldenReport.of(Gemma3GoldenTest.class));

  @Test
  void logitsAreThoseOfTransformers() {
    GOLDEN.assertLogits();
  }

  @Test
  void greedyContinuationsAreThoseOfTransformers() {
    GOLDEN.assertGreedyContinuations();
  }
}
