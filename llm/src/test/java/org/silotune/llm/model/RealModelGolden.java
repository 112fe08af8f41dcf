package org.silotune.llm.model;

import static org.silotune.llm.testing.TensorAssertions.assertClose;

import java.util.List;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.testing.Golden;
import org.silotune.llm.testing.GoldenReport;
import org.silotune.llm.testing.GoldenTensors;
import org.silotune.llm.testing.RealModels;

/** A real model read from its GGUF file, against transformers on the same file. */
final class RealModelGolden {

  private static final int PROMPTS = 8;
  private static final int GREEDY_TOKENS = 64;
  private static final int SAMPLE_STRIDE = 97;
  private static final double LOGIT_TOLERANCE = 1e-4;

  private final String name;
  private final GoldenTensors golden;
  private final GoldenReport report;

  RealModelGolden(String name, GoldenReport report) {
    this.name = name;
    this.golden = GoldenTensors.read(Golden.path("real/" + name + ".safetensors"));
    this.report = report;
  }

  /** Compares the logits that follow each prompt: the best 16 and a sample of all. */
  void assertLogits() {
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = RealModels.load(name)) {
      for (int i = 0; i < PROMPTS; i++) {
        try (NativeScope scope = model.openTask(thread)) {
          TokenBatch batch = TokenBatch.ofSequences(List.of(prompt(i)));
          Forward forward = model.forward(BoundAdapter.none());
          NativeTensor x = forward.run(scope, forward.input(scope, batch));
          assertLogits(i, forward.logits(scope, x, batch.tokenCount() - 1L).toFloats());
        }
      }
    }
  }

  /** Continues all prompts at once, with a cache, and compares every token. */
  void assertGreedyContinuations() {
    try (DecoderModel model = RealModels.load(name)) {
      int count = GreedyGolden.compare(model, golden, PROMPTS, GREEDY_TOKENS);
      report.add(name, "greedy tokens that differ, of %d compared".formatted(count), 0, 0);
    }
  }

  private void assertLogits(int i, float[] logits) {
    double scale = Math.max(1, golden.floats("logit_scale." + i)[0]);
    int[] topIds = golden.ints("top_ids." + i);
    float[] top = new float[topIds.length];
    for (int t = 0; t < top.length; t++) {
      top[t] = logits[topIds[t]];
    }
    float[] sampled = new float[(logits.length + SAMPLE_STRIDE - 1) / SAMPLE_STRIDE];
    for (int s = 0; s < sampled.length; s++) {
      sampled[s] = logits[s * SAMPLE_STRIDE];
    }
    double tolerance = LOGIT_TOLERANCE * scale;
    double error =
        Math.max(
            assertClose("best of " + i, top, golden.floats("top_logits." + i), tolerance),
            assertClose(
                "sample of " + i, sampled, golden.floats("sampled_logits." + i), tolerance));
    report.add(name, "logits after the prompt", error / scale, LOGIT_TOLERANCE);
  }

  private int[] prompt(int i) {
    return golden.ints("prompt." + i);
  }
}
