package org.silotune.llm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.silotune.llm.testing.TensorAssertions.assertClose;

import java.util.ArrayList;
import java.util.Arrays;
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

  /** Where the reference's two best logits are this close, float32 may choose either. */
  private static final double MARGIN = 1e-3;

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
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = RealModels.load(name);
        NativeScope task = model.openTask(thread);
        SequenceDecoder decoder = new SequenceDecoder(model.forward(BoundAdapter.none()), task)) {
      List<SequenceDecoder.Sequence> sequences = new ArrayList<>();
      List<int[]> next = new ArrayList<>();
      for (int i = 0; i < PROMPTS; i++) {
        sequences.add(decoder.open(prompt(i).length + GREEDY_TOKENS));
        next.add(prompt(i));
      }
      int count = 0;
      boolean[] compared = new boolean[PROMPTS];
      Arrays.fill(compared, true);
      for (int step = 0; step < GREEDY_TOKENS; step++) {
        float[][] logits = decoder.feed(sequences, next);
        for (int i = 0; i < PROMPTS; i++) {
          int best = argmax(logits[i]);
          compared[i] &= golden.floats("margin." + i)[step] >= MARGIN;
          if (compared[i]) {
            count++;
            assertThat(best)
                .as("prompt %d, token %d", i, step)
                .isEqualTo(golden.ints("greedy." + i)[step]);
          }
          next.set(i, new int[] {best});
        }
      }
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

  private static int argmax(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }
}
