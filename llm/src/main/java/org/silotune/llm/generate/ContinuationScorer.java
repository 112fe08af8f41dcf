package org.silotune.llm.generate;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.silotune.llm.LlmException;
import org.silotune.llm.model.BoundAdapter;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.SequenceDecoder;
import org.silotune.llm.model.SequenceDecoder.Branch;
import org.silotune.llm.model.SequenceDecoder.Sequence;
import org.silotune.llm.model.SequenceDecoder.TargetScore;
import org.silotune.llm.plan.PassShortage;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;

/**
 * The log-likelihoods of texts that might follow prompts, as multiple-choice tasks compare them.
 * What all prompts begin with is computed once, each prompt once for all of its continuations.
 *
 * <p>A score is a function of model, adapter, prompt and continuation, to the last bits.
 * Thread-safe: each call has its own memory, which it frees.
 */
public final class ContinuationScorer {

  private final DecoderModel model;
  private final BoundAdapter adapter;
  private final int tokenBudget;

  /**
   * Scores with {@code model} and {@code adapter}, neither of which is closed here.
   *
   * @param tokenBudget tokens of continuations that are asked for at once; a longer one is asked
   *     for alone
   */
  public ContinuationScorer(DecoderModel model, BoundAdapter adapter, int tokenBudget) {
    this.model = requireNonNull(model, "model");
    this.adapter = requireNonNull(adapter, "adapter");
    if (tokenBudget < 1) {
      throw new IllegalArgumentException(
          "Invalid token budget %d: must be >= 1".formatted(tokenBudget));
    }
    this.tokenBudget = tokenBudget;
  }

  /**
   * A prompt and what might follow it.
   *
   * @param continuations each at least one token
   */
  public record Question(Prompt prompt, List<int[]> continuations) {

    public Question {
      requireNonNull(prompt, "prompt");
      continuations = List.copyOf(continuations);
    }
  }

  /**
   * How likely a continuation is.
   *
   * @param logProbability the sum over its tokens, in nats
   * @param tokenCount how many
   * @param greedy whether a greedy choice would have produced it
   */
  public record Score(double logProbability, int tokenCount, boolean greedy) {}

  /**
   * Scores every continuation of every question.
   *
   * @param thread the current thread's
   * @return for each question its continuations' scores, in the orders given
   * @throws LlmException if a continuation is empty or does not fit the model, before anything is
   *     computed; or if a log-probability is NaN
   * @throws org.silotune.llm.InsufficientMemoryException if there is not the memory
   */
  public List<List<Score>> score(ComputeThread thread, List<Question> questions) {
    for (int i = 0; i < questions.size(); i++) {
      check(i, questions.get(i));
    }
    thread.record(ComputeThread.Recording.OFF);
    int longest = questions.stream().mapToInt(q -> q.prompt().ids().length).max().orElse(0);
    return PassShortage.of(
            "score continuations",
            "shorten the prompts (%d tokens)".formatted(longest),
            model,
            SequenceDecoder.PASS_TOKENS,
            SequenceDecoder.SCORED_ROWS)
        .withCaches(2, longest) // the shared prefix has its own
        .run(() -> scores(thread, questions));
  }

  private List<List<Score>> scores(ComputeThread thread, List<Question> questions) {
    List<List<Score>> scores = new ArrayList<>();
    try (NativeScope task = model.openTask(thread);
        SequenceDecoder decoder = new SequenceDecoder(model.forward(adapter), task);
        Sequence prefix = prefix(decoder, questions)) {
      for (Question question : questions) {
        scores.add(score(decoder, prefix, question));
      }
    }
    return scores;
  }

  private static Sequence prefix(SequenceDecoder decoder, List<Question> questions) {
    List<Prompt> prompts = questions.stream().map(Question::prompt).toList();
    int shared = prompts.size() < 2 ? 0 : SharedPrefix.lengthOf(prompts);
    Sequence prefix = decoder.open(Math.max(1, shared));
    if (shared > 0) {
      feed(decoder, prefix, Arrays.copyOf(prompts.get(0).ids(), shared));
    }
    return prefix;
  }

  /** The prompt's last token goes with each continuation: its row predicts the first of them. */
  private List<Score> score(SequenceDecoder decoder, Sequence prefix, Question question) {
    int[] prompt = question.prompt().ids();
    try (Sequence sequence = decoder.open(prefix, prompt.length)) {
      if (prompt.length - 1 > prefix.length()) {
        feed(decoder, sequence, Arrays.copyOfRange(prompt, prefix.length(), prompt.length - 1));
      }
      List<Score> scores = new ArrayList<>();
      List<Branch> open = new ArrayList<>();
      int tokens = 0;
      for (int[] continuation : question.continuations()) {
        if (!open.isEmpty() && tokens + continuation.length > tokenBudget) {
          decoder.score(open).forEach(targets -> scores.add(sum(targets)));
          open.clear();
          tokens = 0;
        }
        int[] fed = new int[continuation.length];
        fed[0] = prompt[prompt.length - 1];
        System.arraycopy(continuation, 0, fed, 1, continuation.length - 1);
        open.add(new Branch(sequence, fed, continuation));
        tokens += continuation.length;
      }
      if (!open.isEmpty()) {
        decoder.score(open).forEach(targets -> scores.add(sum(targets)));
      }
      return scores;
    }
  }

  private static void feed(SequenceDecoder decoder, Sequence sequence, int[] tokens) {
    decoder.feedGreedy(List.of(sequence), List.of(tokens), decoder.config().vocabularySize());
  }

  private static Score sum(TargetScore[] targets) {
    double sum = 0;
    boolean greedy = true;
    for (TargetScore target : targets) {
      sum += target.logProbability();
      greedy &= target.likeliest();
    }
    if (Double.isNaN(sum)) {
      throw new LlmException(
          "Cannot score a continuation: a log-probability is NaN; the weights or the adapter hold values that are not finite, or the type of the products cannot hold the states");
    }
    return new Score(sum, targets.length, greedy);
  }

  private void check(int index, Question question) {
    int context = model.config().contextLength();
    requireKnown(index, question.prompt().ids());
    for (int[] continuation : question.continuations()) {
      requireKnown(index, continuation);
      int length = question.prompt().ids().length + continuation.length;
      if (continuation.length == 0 || length > context) {
        throw new LlmException(
            "Cannot score a continuation of prompt %d: %d tokens after %d, the model's context holds %d and a continuation at least one"
                .formatted(index, continuation.length, question.prompt().ids().length, context));
      }
    }
  }

  private void requireKnown(int index, int[] ids) {
    for (int id : ids) {
      if (id < 0 || id >= model.config().vocabularySize()) {
        throw new LlmException(
            "Cannot score prompt %d: token id %d is not among the model's %d; it was encoded by another model's tokenizer"
                .formatted(index, id, model.config().vocabularySize()));
      }
    }
  }
}
