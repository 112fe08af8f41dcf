package org.silotune.llm.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.testing.GoldenTensors;

/** Greedy continuations against transformers: {@code prompt.i}, {@code greedy.i}, margin.i. */
final class GreedyGolden {

  /** Where the reference's two best logits are this close, float32 may choose either. */
  private static final double MARGIN = 1e-3;

  private GreedyGolden() {}

  /**
   * Continues all prompts together, with a cache, and compares every token up to a prompt's first
   * narrow margin.
   *
   * @return the number of tokens compared, all equal
   */
  static int compare(DecoderModel model, GoldenTensors golden, int prompts, int tokens) {
    try (ComputeThread thread = ComputeThread.enter(1);
        NativeScope task = model.openTask(thread);
        SequenceDecoder decoder = new SequenceDecoder(model.forward(BoundAdapter.none()), task)) {
      List<SequenceDecoder.Sequence> sequences = new ArrayList<>();
      List<int[]> next = new ArrayList<>();
      for (int i = 0; i < prompts; i++) {
        int[] prompt = golden.ints("prompt." + i);
        sequences.add(decoder.open(prompt.length + tokens));
        next.add(prompt);
      }
      boolean[] clear = new boolean[prompts];
      Arrays.fill(clear, true);
      int compared = 0;
      for (int step = 0; step < tokens; step++) {
        float[][] logits = decoder.feed(sequences, next);
        for (int i = 0; i < prompts; i++) {
          int best = argmax(logits[i]);
          clear[i] &= golden.floats("margin." + i)[step] >= MARGIN;
          if (clear[i]) {
            int expected = golden.ints("greedy." + i)[step];
            assertThat(best).as("prompt %d, token %d", i, step).isEqualTo(expected);
            compared++;
          }
          next.set(i, new int[] {best});
        }
      }
      return compared;
    }
  }

  private static int argmax(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }
}
