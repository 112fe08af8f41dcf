package org.silotune.llm.plan;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.silotune.llm.InsufficientMemoryException;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.script.NativeMemoryException;
import org.silotune.llm.tokenizer.TokenizedExample;

/**
 * Says of passes without training, which score or generate, what has the memory and what to set,
 * where they run out of it.
 *
 * @param what the passes do, after "Cannot"
 * @param setting what to set so that they take less
 * @param model what computes
 * @param consumers what they take, by shapes, the model's weights among it
 */
public record PassShortage(
    String what, String setting, DecoderModel model, List<MemoryConsumer> consumers) {

  /** Keys and values. */
  private static final int CACHES = 2;

  /** Logits and log-probabilities. */
  private static final int LOGITS = 2;

  public PassShortage {
    requireNonNull(what, "what");
    requireNonNull(setting, "setting");
    requireNonNull(model, "model");
    consumers = List.copyOf(consumers);
  }

  /**
   * Passes on {@code tokens} at once, with the logits of {@code rows}.
   *
   * @param what they do, after "Cannot"
   * @param setting what to set so that they take less
   */
  public static PassShortage of(
      String what, String setting, DecoderModel model, long tokens, long rows) {
    var config = model.config();
    return new PassShortage(what, setting, model, List.of())
        .with("base weights", model.footprint().mappedBytes())
        .with("matrices made of a layer", model.footprint().largestLayer().peakBytes())
        .with("matrix made of the head", model.footprint().head().peakBytes())
        .with(
            "a layer of %d tokens".formatted(tokens),
            tokens * model.kept(List.of(), /* dropout= */ false).bytes(model.compute()))
        .with(
            "logits of %d positions".formatted(rows),
            LOGITS * Float.BYTES * rows * config.vocabularySize());
  }

  /**
   * Passes on whole examples, packed.
   *
   * @param tokenBudget tokens of a pass, unless an example is longer
   */
  public static PassShortage of(
      String what,
      String setting,
      DecoderModel model,
      List<TokenizedExample> examples,
      int tokenBudget,
      int rows) {
    int longest = examples.stream().mapToInt(TokenizedExample::length).max().orElse(1);
    int tokens = TrainingShape.largestBatch(tokenBudget, longest, Math.max(1, examples.size()));
    return of(what, setting, model, tokens, Math.min(rows, tokens));
  }

  /** Returns the same with keys and values of {@code sequences} that may have {@code rows} each. */
  public PassShortage withCaches(long sequences, long rows) {
    var config = model.config();
    long width = (long) config.keyValueHeadCount() * config.headSize() * model.compute().bytes();
    return with(
        "keys and values of %d sequences of %d".formatted(sequences, rows),
        CACHES * width * config.layerCount() * sequences * rows);
  }

  private PassShortage with(String name, long bytes) {
    List<MemoryConsumer> more = new ArrayList<>(consumers);
    more.add(
        new MemoryConsumer(
            name,
            model.device().isGpu() ? MemoryConsumer.Kind.GPU : MemoryConsumer.Kind.NATIVE,
            bytes));
    return new PassShortage(what, setting, model, more);
  }

  /**
   * Runs the passes.
   *
   * @throws InsufficientMemoryException if the system, or the GPU, refuses them memory
   */
  public <T> T run(Supplier<T> passes) {
    try {
      return passes.get();
    } catch (NativeMemoryException e) {
      throw refused(e);
    }
  }

  InsufficientMemoryException refused(NativeMemoryException refusal) {
    MemoryPlan plan = new MemoryPlan(consumers, List.of(), 1);
    return new InsufficientMemoryException(
        "Cannot %s: %s; the largest of %s are %s; %s, take a smaller base (precision.base, --base), or %s"
            .formatted(
                what,
                refusal.refused(),
                model.ref().name(),
                plan.largest(),
                setting,
                refusal.onGpu()
                    ? "let fewer tasks share the GPU (spark.task.resource.gpu.amount)"
                    : "give the process more (spark.executor.memoryOverhead)"),
        refusal);
  }
}
