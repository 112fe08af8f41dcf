package org.silotune.llm.model;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.silotune.llm.testing.GoldenReport;

/** SmolLM2 135M Instruct: the llama architecture, Q4_1 and Q8_0. */
@Tag("real-model")
final class SmolLm2GoldenTest {

  private static final RealModelGolden GOLDEN =
      new RealModelGolden("smollm2-135m-instruct", GoldenReport.of(SmolLm2GoldenTest.class));

  @Test
  void logitsAreThoseOfTransformers() {
    GOLDEN.assertLogits();
  }

  @Test
  void greedyContinuationsAreThoseOfTransformers() {
    GOLDEN.assertGreedyContinuations();
  }
}
