package org.silotune.llm.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.silotune.llm.LlmException;
import org.silotune.llm.tokenizer.Tokenizer;

/**
 * Answers prompts in a batch that refills itself: each step feeds one token of every open answer
 * and the whole prompts of those that join, and answers that are done make room for the next
 * (iteration-level scheduling, Yu et al., Orca, OSDI 2022, section 4.1).
 */
final class GenerationLoop {

  private final SequenceModel model;
  private final Tokenizer tokenizer;
  private final GenerationConfig config;
  private final BatchLimits limits;
  private final GenerationListener listener;

  GenerationLoop(
      SequenceModel model,
      Tokenizer tokenizer,
      GenerationConfig config,
      BatchLimits limits,
      GenerationListener listener) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.config = config;
    this.limits = limits;
    this.listener = listener;
  }

  List<Generation> answer(List<Prompt> prompts) {
    for (int i = 0; i < prompts.size(); i++) {
      check(i, prompts.get(i).ids());
    }
    Generation[] answers = new Generation[prompts.size()];
    List<Integer> order = longestFirst(prompts);
    List<OpenAnswer> open = new ArrayList<>();
    try (SharedPrefix prefix = SharedPrefix.of(model, prompts)) {
      int joined = 0;
      while (joined < prompts.size() || !open.isEmpty()) {
        joined = admit(prompts, order, joined, prefix, open);
        step(open, answers);
      }
    } finally {
      open.forEach(OpenAnswer::close);
    }
    return Arrays.asList(answers);
  }

  /** Prompts of like length join together, and the last steps are not one long prompt's alone. */
  private static List<Integer> longestFirst(List<Prompt> prompts) {
    return IntStream.range(0, prompts.size())
        .boxed()
        .sorted(Comparator.comparingInt(i -> -prompts.get(i).ids().length))
        .toList();
  }

  /** Lets waiting prompts join while the limits allow; returns how many have joined in all. */
  private int admit(
      List<Prompt> prompts,
      List<Integer> order,
      int alreadyJoined,
      SharedPrefix prefix,
      List<OpenAnswer> open) {
    int joined = alreadyJoined;
    int promptTokens = 0;
    while (joined < prompts.size() && open.size() < limits.maxSequences()) {
      int index = order.get(joined);
      Prompt prompt = prompts.get(index);
      promptTokens += prompt.ids().length - prefix.length();
      if (promptTokens > limits.maxPromptTokens() && joined > alreadyJoined) {
        break;
      }
      open.add(new OpenAnswer(index, prompt, config, tokenizer, model, prefix));
      joined++;
    }
    return joined;
  }

  private void step(List<OpenAnswer> open, Generation[] answers) {
    int[] ids = nextIds(open);
    int row = 0;
    for (Iterator<OpenAnswer> each = open.iterator(); each.hasNext(); ) {
      OpenAnswer answer = each.next();
      Optional<Generation> finished = answer.accept(ids[row++], listener);
      if (finished.isPresent()) {
        answers[answer.promptIndex] = finished.get();
        each.remove();
        answer.close();
      }
    }
  }

  private int[] nextIds(List<OpenAnswer> open) {
    List<SequenceModel.Sequence> sequences = open.stream().map(answer -> answer.sequence).toList();
    List<int[]> tokens = open.stream().map(OpenAnswer::nextTokens).toList();
    if (config.sampler() instanceof GreedySampler) {
      return model.feedGreedy(sequences, tokens, tokenizer.vocabularySize());
    }
    float[][] logits = model.feed(sequences, tokens);
    int[] ids = new int[open.size()];
    for (int i = 0; i < ids.length; i++) {
      OpenAnswer answer = open.get(i);
      ids[i] =
          config.sampler().next(spoken(logits[i]), answer.prompt.stream(), answer.tokenCount());
    }
    return ids;
  }

  /** Cuts off the logits of ids that only pad the model's embedding and have no text. */
  private float[] spoken(float[] logits) {
    int known = tokenizer.vocabularySize();
    return logits.length <= known ? logits : Arrays.copyOf(logits, known);
  }

  private void check(int index, int[] ids) {
    if (ids.length >= model.contextLength()) {
      throw new LlmException(
          "Cannot generate from prompt %d: it has %d tokens and the model's context of %d needs room for an answer; shorten it by at least %d tokens"
              .formatted(
                  index,
                  ids.length,
                  model.contextLength(),
                  ids.length - model.contextLength() + 1));
    }
    for (int id : ids) {
      if (id < 0 || id >= model.vocabularySize()) {
        throw new LlmException(
            "Cannot generate from prompt %d: token id %d is not among the model's %d; the prompt was encoded by another model's tokenizer"
                .formatted(index, id, model.vocabularySize()));
      }
    }
  }
}
