package org.silotune.udf.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.silotune.llm.LlmException;
import org.silotune.llm.eval.ExampleLosses;
import org.silotune.llm.eval.LossSum;
import org.silotune.llm.tokenizer.SpecialTokens;
import org.silotune.llm.tokenizer.TokenizedExample;

/**
 * {@code llm_loglikelihood}: the log-probability, in nats, of a continuation after a prompt.
 *
 * <p>The border is that of lm-evaluation-harness ({@code TemplateLM._encode_pair}): white space at
 * the prompt's end goes to the continuation, and the continuation's tokens are those of the whole
 * text behind as many as the prompt alone has. An empty prompt is the beginning-of-text token, or
 * end-of-text where there is none.
 */
record LogLikelihoodTask() implements ModelTask {

  static final String NAME = "llm_loglikelihood";
  static final Set<String> OPTIONS = Set.of();

  @Override
  public String function() {
    return NAME;
  }

  @Override
  public List<String> parameters() {
    return List.of("prompt", "continuation");
  }

  @Override
  public ResultKind resultKind() {
    return ResultKind.NUMBER;
  }

  @Override
  public List<Object> evaluate(TextModel model, List<ArgumentRow> rows) {
    List<TokenizedExample> examples = new ArrayList<>();
    for (ArgumentRow row : rows) {
      examples.add(example(model, row));
    }
    List<LossSum> losses =
        model.compute(
            (thread, decoder, adapter) ->
                ExampleLosses.defaults().evaluate(thread, decoder, adapter, examples));
    return losses.stream().<Object>map(loss -> 0.0 - loss.lossSum()).toList();
  }

  private static TokenizedExample example(TextModel model, ArgumentRow row) {
    String prompt = row.text(0);
    String context = prompt.stripTrailing();
    int[] before = context.isEmpty() ? start(model) : model.ids(context);
    int[] whole =
        context.isEmpty()
            ? IntStream.concat(
                    IntStream.of(before),
                    IntStream.of(model.tokenizer().encode(prompt + row.text(1))))
                .toArray()
            : model.ids(prompt + row.text(1));
    model.requireFits(NAME, whole.length);
    int[] labels = whole.clone();
    Arrays.fill(labels, 0, Math.min(before.length, whole.length), TokenizedExample.NOT_TRAINED);
    return new TokenizedExample("row " + row.number(), whole, labels);
  }

  private static int[] start(TextModel model) {
    SpecialTokens special = model.tokenizer().specialTokens();
    int id =
        special
            .bos()
            .orElseGet(
                () ->
                    special
                        .eos()
                        .orElseThrow(
                            () ->
                                new LlmException(
                                    "Cannot compute llm_loglikelihood after an empty prompt: the tokenizer has no beginning-of-text token")));
    return new int[] {id};
  }
}
