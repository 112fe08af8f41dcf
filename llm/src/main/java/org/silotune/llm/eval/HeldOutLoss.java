package org.silotune.llm.eval;

import java.util.List;
import org.silotune.llm.adapter.Adapter;
import org.silotune.llm.finetune.FineTuneConfig;
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
 * The loss of a model on examples that it does not train on: the sum of the cross entropies of the
 * tokens that would be trained.
 *
 * <p>Sums are float64 in the order of the examples; the result is a function of model, examples and
 * numeric profile. Thread-safe; computes on the calling thread.
 *
 * @param tokenBudget tokens computed at once; a longer example is computed alone
 * @param lossChunk positions whose logits are in memory at once
 * @param threads intra-op threads
 */
public record HeldOutLoss(int tokenBudget, int lossChunk, int threads) {

  public HeldOutLoss {
    requirePositive("token budget", tokenBudget);
    requirePositive("loss chunk", lossChunk);
    requirePositive("thread count", threads);
  }

  /** Returns the profile of a {@linkplain FineTuneConfig#defaults() default} fine-tune. */
  public static HeldOutLoss defaults() {
    FineTuneConfig d = FineTuneConfig.defaults();
    return new HeldOutLoss(d.tokenBudget(), d.lossChunk(), d.threads());
  }

  /**
   * Returns the loss of the base model.
   *
   * @throws org.silotune.llm.model.InvalidExamplesException if an example does not fit the model
   * @throws org.silotune.llm.InsufficientMemoryException if there is not the memory
   */
  public LossSum evaluate(DecoderModel model, List<TokenizedExample> examples) {
    requireFits(model, examples);
    return shortage(model, examples)
        .run(
            () -> {
              try (ComputeThread thread = ComputeThread.enter(threads);
                  NativeScope task = model.openTask(thread)) {
                return evaluate(model.forward(BoundAdapter.none()), task, examples, () -> {});
              }
            });
  }

  /**
   * Returns the loss of the model with an adapter.
   *
   * @throws org.silotune.llm.LlmException if the adapter does not fit the model, or an example does
   *     not
   */
  public LossSum evaluate(DecoderModel model, Adapter adapter, List<TokenizedExample> examples) {
    return evaluate(model, adapter, examples, () -> {});
  }

  /**
   * Returns the loss of the model with an adapter.
   *
   * @param advanced is run after each batch
   * @throws org.silotune.llm.LlmException if the adapter does not fit the model, or an example does
   *     not
   */
  public LossSum evaluate(
      DecoderModel model, Adapter adapter, List<TokenizedExample> examples, Runnable advanced) {
    requireFits(model, examples);
    return shortage(model, examples)
        .run(
            () -> {
              try (ComputeThread thread = ComputeThread.enter(threads);
                  NativeScope task = model.openTask(thread);
                  BoundAdapter bound = adapter.config().load(task, model, adapter.parameters())) {
                return evaluate(model.forward(bound), task, examples, advanced);
              }
            });
  }

  private PassShortage shortage(DecoderModel model, List<TokenizedExample> examples) {
    return PassShortage.of(
        "score held-out examples",
        "lower local.token-budget (%d) or local.loss-chunk (%d)".formatted(tokenBudget, lossChunk),
        model,
        examples,
        tokenBudget,
        lossChunk);
  }

  private LossSum evaluate(
      Forward forward, NativeScope task, List<TokenizedExample> examples, Runnable advanced) {
    LossSum total = LossSum.ZERO;
    for (TokenBatch batch : TokenBatch.pack(examples, tokenBudget)) {
      try (NativeScope scope = task.open()) {
        NativeTensor x = forward.run(scope, forward.input(scope, batch));
        for (int from = 0; from < batch.trainedTokens(); from += lossChunk) {
          int to = Math.min(batch.trainedTokens(), from + lossChunk);
          try (NativeScope chunk = scope.open()) {
            double sum = forward.headLoss(chunk, x, batch, from, to).toDoubles()[0];
            total = total.plus(new LossSum(sum, to - from));
          }
        }
      }
      advanced.run();
    }
    return total;
  }

  private static void requireFits(DecoderModel model, List<TokenizedExample> examples) {
    examples.forEach(example -> TokenBatch.requireFits(example, model.config()));
  }

  private static void requirePositive(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("Invalid %s %d: must be >= 1".formatted(what, value));
    }
  }
}
