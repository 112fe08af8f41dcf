package org.silotune.llm.eval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.silotune.llm.model.BoundAdapter;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.Forward;
import org.silotune.llm.model.TokenBatch;
import org.silotune.llm.plan.PassShortage;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.tokenizer.TokenizedExample;

/**
 * A vector for a text: the mean over its tokens of the last layer's states after the final norm,
 * which is the mean of transformers' {@code last_hidden_state}. Not normalised to length 1.
 *
 * <p>Thread-safe; computes on the calling thread.
 *
 * @param tokenBudget tokens computed at once; a longer sequence is computed alone
 */
public record MeanStates(int tokenBudget) {

  public MeanStates {
    if (tokenBudget < 1) {
      throw new IllegalArgumentException(
          "Invalid token budget %d: must be >= 1".formatted(tokenBudget));
    }
  }

  /** Returns 1024 tokens. */
  public static MeanStates defaults() {
    return new MeanStates(1024);
  }

  /**
   * Returns the mean state of each sequence, D floats, in their order.
   *
   * @param thread the current thread's
   * @param sequences of at least one token each
   * @throws org.silotune.llm.model.InvalidExamplesException if a sequence does not fit the model
   * @throws org.silotune.llm.InsufficientMemoryException if there is not the memory
   */
  public List<float[]> embed(
      ComputeThread thread, DecoderModel model, BoundAdapter adapter, List<int[]> sequences) {
    List<TokenizedExample> examples = new ArrayList<>();
    for (int[] ids : sequences) {
      int[] labels = new int[ids.length];
      Arrays.fill(labels, TokenizedExample.NOT_TRAINED);
      TokenizedExample example = new TokenizedExample("text " + examples.size(), ids, labels);
      TokenBatch.requireFits(example, model.config());
      examples.add(example);
    }
    thread.record(ComputeThread.Recording.OFF);
    return PassShortage.of(
            "embed texts",
            "cut long texts (%d tokens are computed at once, or a whole text)"
                .formatted(tokenBudget),
            model,
            examples,
            tokenBudget,
            /* rows= */ 0)
        .run(() -> means(thread, model, adapter, sequences, examples));
  }

  private List<float[]> means(
      ComputeThread thread,
      DecoderModel model,
      BoundAdapter adapter,
      List<int[]> sequences,
      List<TokenizedExample> examples) {
    List<float[]> means = new ArrayList<>();
    try (NativeScope task = model.openTask(thread)) {
      Forward forward = model.forward(adapter);
      int next = 0;
      for (TokenBatch batch : TokenBatch.pack(examples, tokenBudget)) {
        List<int[]> own = sequences.subList(next, next + batch.exampleCount());
        next += batch.exampleCount();
        try (NativeScope scope = task.open()) {
          NativeTensor x = forward.run(scope, forward.input(scope, batch));
          float[] states = forward.finalStates(scope, x).toFloats();
          addMeans(means, own, states, states.length / batch.tokenCount());
        }
      }
    }
    return means;
  }

  private static void addMeans(List<float[]> means, List<int[]> own, float[] states, int width) {
    int row = 0;
    for (int[] ids : own) {
      float[] mean = new float[width];
      for (int d = 0; d < width; d++) {
        double sum = 0;
        for (int t = 0; t < ids.length; t++) {
          sum += states[(row + t) * width + d];
        }
        mean[d] = (float) (sum / ids.length);
      }
      means.add(mean);
      row += ids.length;
    }
  }
}
