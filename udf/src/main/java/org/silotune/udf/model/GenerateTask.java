package org.silotune.udf.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.silotune.llm.LlmException;
import org.silotune.llm.generate.BatchLimits;
import org.silotune.llm.generate.Generation;
import org.silotune.llm.generate.GenerationConfig;
import org.silotune.llm.generate.Prompt;
import org.silotune.llm.generate.RandomSampler;
import org.silotune.llm.generate.Sampler;
import org.silotune.llm.generate.TextGenerator;
import org.silotune.llm.tokenizer.ChatMessage;
import org.silotune.llm.tokenizer.LoadedTokenizer;
import org.silotune.llm.tokenizer.OverlongPolicy;
import org.silotune.llm.tokenizer.PromptEncoder;

/**
 * {@code llm_generate}: the answer to a prompt.
 *
 * @param framed whether the prompt is a user's turn in the chat template, or the text itself
 * @param maxNewTokens the most tokens of an answer
 * @param temperature 0 for the likeliest token
 * @param topK how many tokens stay, 0 for all
 * @param topP the probability that stays
 * @param seed of all draws
 * @param stopStrings texts that end an answer
 */
record GenerateTask(
    boolean framed,
    int maxNewTokens,
    double temperature,
    int topK,
    double topP,
    long seed,
    List<String> stopStrings)
    implements ModelTask {

  static final String NAME = "llm_generate";
  static final String TEMPLATE = "template";
  static final String NO_TEMPLATE = "none";
  static final Set<String> OPTIONS =
      Set.of(TEMPLATE, "max_new_tokens", "temperature", "top_k", "top_p", "seed", "stop");

  private static final int DEFAULT_NEW_TOKENS = 64;

  GenerateTask {
    stopStrings = List.copyOf(stopStrings);
  }

  /**
   * Reads the options.
   *
   * @throws LlmException if one is out of range
   */
  static GenerateTask of(CallOptions options) {
    GenerateTask task =
        new GenerateTask(
            !options.text(TEMPLATE).filter(NO_TEMPLATE::equals).isPresent(),
            options.integer("max_new_tokens", DEFAULT_NEW_TOKENS),
            options.number("temperature", 0),
            options.integer("top_k", RandomSampler.ALL),
            options.number("top_p", 1),
            options.whole("seed", 0),
            options.text("stop").map(List::of).orElse(List.of()));
    if (task.isDeterministic()
        && (options.text("top_k").isPresent() || options.text("top_p").isPresent())) {
      throw new LlmException(
          "Invalid options of llm_generate: top_k and top_p need a temperature above 0, at 0 the likeliest token is taken");
    }
    try {
      GenerationConfig checked = task.config();
      assert checked.maxNewTokens() == task.maxNewTokens;
    } catch (IllegalArgumentException e) {
      throw new LlmException(e.getMessage(), e);
    }
    return task;
  }

  @Override
  public String function() {
    return NAME;
  }

  @Override
  public List<String> parameters() {
    return List.of("prompt");
  }

  @Override
  public boolean isDeterministic() {
    return temperature == 0;
  }

  @Override
  public boolean framesPrompts() {
    return framed;
  }

  @Override
  public ResultKind resultKind() {
    return ResultKind.TEXT;
  }

  @Override
  public List<Object> evaluate(TextModel model, List<ArgumentRow> rows) {
    List<Prompt> prompts = prompts(model, rows);
    List<Generation> answers =
        model.compute(
            (thread, decoder, adapter) ->
                new TextGenerator(decoder, adapter, model.tokenizer(), BatchLimits.defaults())
                    .generate(thread, prompts, config()));
    return answers.stream().<Object>map(Generation::text).toList();
  }

  private List<Prompt> prompts(TextModel model, List<ArgumentRow> rows) {
    LoadedTokenizer tokenizer = model.loadedTokenizer();
    List<Prompt> prompts = new ArrayList<>();
    for (ArgumentRow row : rows) {
      int[] ids =
          framed
              ? new PromptEncoder(
                      tokenizer.tokenizer(),
                      tokenizer.template(),
                      Integer.MAX_VALUE,
                      OverlongPolicy.QUARANTINE)
                  .prompt(List.of(new ChatMessage("user", row.text(0))))
              : model.ids(row.text(0));
      if (ids.length == 0) {
        throw new LlmException(
            "Cannot generate from an empty prompt: without a template the model has nothing to continue");
      }
      model.requireFits(NAME, ids.length + 1);
      prompts.add(new Prompt(row.number(), ids));
    }
    return prompts;
  }

  private GenerationConfig config() {
    Sampler sampler =
        isDeterministic() ? Sampler.greedy() : new RandomSampler(temperature, topK, topP, seed);
    return new GenerationConfig(sampler, maxNewTokens, stopStrings);
  }
}
