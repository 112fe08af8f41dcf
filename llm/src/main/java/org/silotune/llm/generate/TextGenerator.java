package org.silotune.llm.generate;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.silotune.llm.model.BoundAdapter;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.SequenceDecoder;
import org.silotune.llm.plan.PassShortage;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.tokenizer.Tokenizer;

/**
 * Continues prompts with a model and an adapter, many at a time, keeping keys and values so that
 * each token is computed once.
 *
 * <p>A prompt's answer is a function of the model, the adapter, the configuration, the prompt's ids
 * and, when sampled, its {@linkplain Prompt#stream() stream}: the other prompts beside it change no
 * more than the last bits of its logits, and so nothing unless two tokens are equally likely to
 * that precision. Thread-safe: each call has its own caches, which it frees.
 */
public final class TextGenerator {

  private final DecoderModel model;
  private final BoundAdapter adapter;
  private final Tokenizer tokenizer;
  private final BatchLimits limits;

  /** Generates with {@code model} as it is. */
  public TextGenerator(DecoderModel model, Tokenizer tokenizer) {
    this(model, BoundAdapter.none(), tokenizer, BatchLimits.defaults());
  }

  /**
   * Generates with {@code model} and {@code adapter}, neither of which is closed here.
   *
   * @param tokenizer the model's own; its end-of-turn ids end an answer
   */
  public TextGenerator(
      DecoderModel model, BoundAdapter adapter, Tokenizer tokenizer, BatchLimits limits) {
    this.model = requireNonNull(model, "model");
    this.adapter = requireNonNull(adapter, "adapter");
    this.tokenizer = requireNonNull(tokenizer, "tokenizer");
    this.limits = requireNonNull(limits, "limits");
  }

  /**
   * Answers every prompt.
   *
   * @param thread the current thread's, which nothing is recorded on meanwhile
   * @return the answers in the order of the prompts
   * @throws org.silotune.llm.LlmException if a prompt leaves no room in the model's context or has
   *     an id that the model does not know, before anything is computed; or if the logits are not
   *     finite
   * @throws org.silotune.llm.InsufficientMemoryException if there is not the memory
   */
  public List<Generation> generate(
      ComputeThread thread,
      List<Prompt> prompts,
      GenerationConfig config,
      GenerationListener listener) {
    thread.record(ComputeThread.Recording.OFF);
    return shortage(prompts, config)
        .run(
            () -> {
              try (NativeScope task = model.openTask(thread);
                  SequenceDecoder decoder = new SequenceDecoder(model.forward(adapter), task)) {
                return new GenerationLoop(
                        new DecoderSequences(decoder), tokenizer, config, limits, listener)
                    .answer(prompts);
              }
            });
  }

  private PassShortage shortage(List<Prompt> prompts, GenerationConfig config) {
    int sequences = Math.min(limits.maxSequences(), prompts.size());
    int longest = prompts.stream().mapToInt(prompt -> prompt.ids().length).max().orElse(0);
    return PassShortage.of(
            "generate",
            "ask for shorter answers (%d tokens) after shorter prompts (%d)"
                .formatted(config.maxNewTokens(), longest),
            model,
            SequenceDecoder.PASS_TOKENS,
            sequences)
        .withCaches(
            sequences,
            Math.min((long) longest + config.maxNewTokens(), model.config().contextLength()));
  }

  /** Answers every prompt, nobody listening. */
  public List<Generation> generate(
      ComputeThread thread, List<Prompt> prompts, GenerationConfig config) {
    return generate(thread, prompts, config, GenerationListener.NONE);
  }
}
