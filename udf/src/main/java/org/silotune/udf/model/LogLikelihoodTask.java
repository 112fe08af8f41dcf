package org.silotune.udf.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.silotune.llm.eval.ExampleLosses;
import org.silotune.llm.eval.LossSum;
import org.silotune.llm.tokenizer.TokenizedExample;
import org.silotune.udf.token.ModelTexts;

/**
 * {@code llm_loglikelihood}: the log-probability, in nats, of a continuation after a prompt.
 *
 * <p>{@link ModelTexts#continued} says where one ends and the other begins.
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
    ModelTexts.Continued text = model.texts().continued(row.text(0), row.text(1));
    model.requireFits(NAME, text.ids().length);
    int[] labels = text.ids().clone();
    Arrays.fill(labels, 0, text.border(), TokenizedExample.NOT_TRAINED);
    return new TokenizedExample("row " + row.number(), text.ids(), labels);
  }
}
