package org.silotune.llm.model;

import java.util.Collection;
import java.util.List;
import java.util.function.IntConsumer;
import org.silotune.llm.model.SequenceDecoder.TargetScore;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;

/** The passes of a {@link SequenceDecoder}: each is one scope, gone with what is read of it. */
final class DecoderPasses {

  /** Rows whose logits are in memory at once while scoring. */
  static final int SCORED_ROWS = 256;

  private final Forward forward;
  private final NativeScope scope;
  private final IntConsumer passed;

  /**
   * @param passed hears how many tokens a pass will compute
   */
  DecoderPasses(Forward forward, NativeScope scope, IntConsumer passed) {
    this.forward = forward;
    this.scope = scope;
    this.passed = passed;
  }

  /** What is made of the states of a pass, whose scope is {@code step}. */
  interface States<T> {
    List<T> read(NativeScope step, NativeTensor x, long[] firstRows);
  }

  /** Computes what is fed to sequences in {@code slabs}, and reads it. */
  <T> List<T> run(Collection<KeyValueSlab> slabs, List<DecodingStep.Feed> feeds, States<T> states) {
    passed.accept(feeds.stream().mapToInt(feed -> feed.tokens().length).sum());
    try (NativeScope step = scope.open()) {
      DecodingStep layout = new DecodingStep(step, forward, List.copyOf(slabs), feeds);
      Forward.Input input = forward.input(step, layout.batch());
      NativeTensor x = forward.embed(step, input);
      for (int layer = 0; layer < forward.layerCount(); layer++) {
        try (NativeTensor previous = x) {
          x = layout.layer(step, forward, layer, previous, input);
        }
      }
      return states.read(step, x, layout.firstRows());
    }
  }

  /** Scores targets at successive rows from {@code firstRow} on. */
  TargetScore[] scores(NativeScope step, NativeTensor x, long firstRow, int[] targets) {
    TargetScore[] scores = new TargetScore[targets.length];
    for (int from = 0; from < targets.length; from += SCORED_ROWS) {
      int count = Math.min(SCORED_ROWS, targets.length - from);
      long[] rows = new long[count];
      long[] ids = new long[count];
      for (int i = 0; i < count; i++) {
        rows[i] = firstRow + from + i;
        ids[i] = targets[from + i];
      }
      try (NativeScope chunk = step.open()) {
        double[] values = forward.tokenScores(chunk, x, rows, ids).toDoubles();
        for (int i = 0; i < count; i++) {
          scores[from + i] = new TargetScore(values[i], values[count + i] == 1);
        }
      }
    }
    return scores;
  }
}
