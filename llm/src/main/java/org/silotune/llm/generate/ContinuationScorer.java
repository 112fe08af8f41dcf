package org.silotune.llm.generate;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
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
 * What all prompts begin with is computed once, each prompt once for all of its continuations, and
 * the prompts of neighbouring questions together, as are their continuations.
 *
 * <p>A score is a function of model, adapter, prompt and continuation, to the last bits.
 * Thread-safe: each call has its own memory, which it frees.
 */
public final class ContinuationScorer {

  /**
   * The most tokens of prompts whose keys and values are in memory at once, unless one has more.
   */
  static final int PROMPT_TOKENS = 2048;

  private final DecoderModel model;
  private final BoundAdapter adapter;
  private final int tokenBudget;

  /**
   * Scores with {@code model} and {@code adapter}, neither of which is closed here.
   *
   * @param tokenBudget tokens, of prompts after what all begin with and of continuations, that are
   *     asked for at once; a question of more is asked alone
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
    long together = Math.max(1, Math.min(questions.size(), PROMPT_TOKENS / Math.max(1, longest)));
    return PassShortage.of(
            "score continuations",
            "shorten the prompts (%d tokens)".formatted(longest),
            model,
            SequenceDecoder.PASS_TOKENS,
            SequenceDecoder.SCORED_ROWS)
        .withCaches(together + 1, longest) // the shared prefix has its own
        .run(() -> scores(thread, questions));
  }

  private List<List<Score>> scores(ComputeThread thread, List<Question> questions) {
    List<List<Score>> scores = new ArrayList<>();
    try (NativeScope task = model.openTask(thread);
        SequenceDecoder decoder = new SequenceDecoder(model.forward(adapter), task);
        Sequence prefix = prefix(decoder, questions)) {
      while (scores.size() < questions.size()) {
        List<Question> left = questions.subList(scores.size(), questions.size());
        scores.addAll(score(decoder, prefix, left.subList(0, together(left, prefix.length()))));
      }
    }
    return scores;
  }

  /**
   * Returns how many of the first questions are asked at once.
   *
   * @param shared tokens that all prompts begin with
   */
  int together(List<Question> questions, int shared) {
    long prompts = 0;
    long own = 0;
    int count = 0;
    for (Question question : questions) {
      int prompt = question.prompt().ids().length;
      prompts += prompt;
      own += prompt - shared;
      own += question.continuations().stream().mapToLong(continuation -> continuation.length).sum();
      if (count > 0 && (prompts > PROMPT_TOKENS || own > tokenBudget)) {
        break;
      }
      count++;
    }
    return count;
  }

  private static Sequence prefix(SequenceDecoder decoder, List<Question> questions) {
    List<Prompt> prompts = questions.stream().map(Question::prompt).toList();
    int shared = prompts.size() < 2 ? 0 : SharedPrefix.lengthOf(prompts);
    Sequence prefix = decoder.open(Math.max(1, shared));
    if (shared > 0) {
      feedGreedy(decoder, List.of(prefix), List.of(Arrays.copyOf(prompts.get(0).ids(), shared)));
    }
    return prefix;
  }

  private static List<List<Score>> score(
      SequenceDecoder decoder, Sequence prefix, List<Question> together) {
    List<Sequence> sequences = new ArrayList<>();
    try {
      for (Question question : together) {
        sequences.add(decoder.open(prefix, question.prompt().ids().length));
      }
      feed(decoder, sequences, together);
      List<Branch> branches = new ArrayList<>();
      for (int q = 0; q < together.size(); q++) {
        branches.addAll(branches(sequences.get(q), together.get(q)));
      }
      Iterator<TargetScore[]> targets = decoder.score(branches).iterator();
      return together.stream()
          .map(question -> question.continuations().stream().map(c -> sum(targets.next())).toList())
          .toList();
    } finally {
      sequences.forEach(Sequence::close);
    }
  }

  /** Feeds prompts up to their last tokens, which go with the continuations. */
  private static void feed(
      SequenceDecoder decoder, List<Sequence> sequences, List<Question> questions) {
    List<Sequence> fed = new ArrayList<>();
    List<int[]> tokens = new ArrayList<>();
    for (int q = 0; q < questions.size(); q++) {
      int[] prompt = questions.get(q).prompt().ids();
      int known = sequences.get(q).length();
      if (prompt.length - 1 > known) {
        fed.add(sequences.get(q));
        tokens.add(Arrays.copyOfRange(prompt, known, prompt.length - 1));
      }
    }
    if (!fed.isEmpty()) {
      feedGreedy(decoder, fed, tokens);
    }
  }

  /** The row of the prompt's last token predicts the first of a continuation's. */
  private static List<Branch> branches(Sequence sequence, Question question) {
    int[] prompt = question.prompt().ids();
    List<Branch> branches = new ArrayList<>();
    for (int[] continuation : question.continuations()) {
      int[] fed = new int[continuation.length];
      fed[0] = prompt[prompt.length - 1];
      System.arraycopy(continuation, 0, fed, 1, continuation.length - 1);
      branches.add(new Branch(sequence, fed, continuation));
    }
    return branches;
  }

  private static void feedGreedy(
      SequenceDecoder decoder, List<Sequence> sequences, List<int[]> tokens) {
    decoder.feedGreedy(sequences, tokens, decoder.config().vocabularySize());
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
