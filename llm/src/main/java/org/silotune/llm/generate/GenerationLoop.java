package org.silotune.llm.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
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
    List<OpenAnswer> open = new ArrayList<>();
    try {
      int joined = 0;
      while (joined < prompts.size() || !open.isEmpty()) {
        joined = admit(prompts, joined, open);
        step(open, answers);
      }
    } finally {
      open.forEach(OpenAnswer::close);
    }
    return Arrays.asList(answers);
  }

  /** Lets waiting prompts join while the limits allow; returns how many have joined in all. */
  private int admit(List<Prompt> prompts, int alreadyJoined, List<OpenAnswer> open) {
    int joined = alreadyJoined;
    int promptTokens = 0;
    while (joined < prompts.size() && open.size() < limits.maxSequences()) {
      Prompt prompt = prompts.get(joined);
      promptTokens += prompt.ids().length;
      if (promptTokens > limits.maxPromptTokens() && joined > alreadyJoined) {
        break;
      }
      open.add(new OpenAnswer(joined, prompt, config, tokenizer, model));
      joined++;
    }
    return joined;
  }

  private void step(List<OpenAnswer> open, Generation[] answers) {
    float[][] logits =
        model.feed(
            open.stream().map(answer -> answer.sequence).toList(),
            open.stream().map(OpenAnswer::nextTokens).toList());
    int row = 0;
    for (Iterator<OpenAnswer> each = open.iterator(); each.hasNext(); ) {
      OpenAnswer answer = each.next();
      int id =
          config.sampler().next(spoken(logits[row++]), answer.prompt.stream(), answer.tokenCount());
      Optional<Generation> finished = answer.accept(id, listener);
      if (finished.isPresent()) {
        answers[answer.promptIndex] = finished.get();
        each.remove();
        answer.close();
      }
    }
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
