package org.silotune.llm.eval;

import java.util.ArrayList;
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
 * The losses of examples one by one, many computed at once: the negative log-likelihood of an
 * example's trained tokens, given what stands before each.
 *
 * <p>Batches have no padding, so lengths may mix. A loss is a function of model, adapter and
 * example, to the last bits. Thread-safe; computes on the calling thread.
 *
 * @param tokenBudget tokens computed at once; a longer example is computed alone
 * @param lossChunk positions whose logits are in memory at once
 */
public record ExampleLosses(int tokenBudget, int lossChunk) {

  public ExampleLosses {
    if (tokenBudget < 1 || lossChunk < 1) {
      throw new IllegalArgumentException(
          "Invalid token budget %d or loss chunk %d: must be >= 1"
              .formatted(tokenBudget, lossChunk));
    }
  }

  /** Returns 1024 tokens and 256 positions. */
  public static ExampleLosses defaults() {
    return new ExampleLosses(1024, 256);
  }

  /**
   * Returns the loss of each example, in their order.
   *
   * @param thread the current thread's
   * @throws org.silotune.llm.model.InvalidExamplesException if an example does not fit the model
   * @throws org.silotune.llm.InsufficientMemoryException if there is not the memory
   */
  public List<LossSum> evaluate(
      ComputeThread thread,
      DecoderModel model,
      BoundAdapter adapter,
      List<TokenizedExample> examples) {
    examples.forEach(example -> TokenBatch.requireFits(example, model.config()));
    thread.record(ComputeThread.Recording.OFF);
    return PassShortage.of(
            "score texts",
            "lower the tokens of a pass (%d; of a run local.token-budget)".formatted(tokenBudget),
            model,
            examples,
            tokenBudget,
            lossChunk)
        .run(() -> sums(examples, losses(thread, model, adapter, examples)));
  }

  private List<Double> losses(
      ComputeThread thread,
      DecoderModel model,
      BoundAdapter adapter,
      List<TokenizedExample> examples) {
    List<Double> losses = new ArrayList<>();
    try (NativeScope task = model.openTask(thread)) {
      Forward forward = model.forward(adapter);
      for (TokenBatch batch : TokenBatch.pack(examples, tokenBudget)) {
        try (NativeScope scope = task.open()) {
          NativeTensor x = forward.run(scope, forward.input(scope, batch));
          for (int from = 0; from < batch.trainedTokens(); from += lossChunk) {
            int to = Math.min(batch.trainedTokens(), from + lossChunk);
            try (NativeScope chunk = scope.open()) {
              double[] scores = forward.targetScores(chunk, x, batch, from, to).toDoubles();
              for (int i = 0; i < to - from; i++) {
                losses.add(-scores[i]);
              }
            }
          }
        }
      }
    }
    return losses;
  }

  private static List<LossSum> sums(List<TokenizedExample> examples, List<Double> losses) {
    List<LossSum> sums = new ArrayList<>();
    int at = 0;
    for (TokenizedExample example : examples) {
      int trained = example.trainedTokens();
      double sum = 0;
      for (int i = 0; i < trained; i++) {
        sum += losses.get(at++);
      }
      sums.add(new LossSum(sum, trained));
    }
    return sums;
  }
}
