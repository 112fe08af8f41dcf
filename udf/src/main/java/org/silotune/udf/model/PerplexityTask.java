package org.silotune.udf.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.silotune.llm.eval.ExampleLosses;
import org.silotune.llm.eval.LossSum;
import org.silotune.llm.tokenizer.TokenizedExample;

/**
 * {@code llm_perplexity}: {@code exp} of the mean loss of a text's tokens, each given those before
 * it. The first token has none before it unless the model begins texts with one of its own.
 */
record PerplexityTask() implements ModelTask {

  static final String NAME = "llm_perplexity";
  static final Set<String> OPTIONS = Set.of();

  @Override
  public String function() {
    return NAME;
  }

  @Override
  public List<String> parameters() {
    return List.of("text");
  }

  @Override
  public ResultKind resultKind() {
    return ResultKind.NUMBER;
  }

  @Override
  public List<Object> evaluate(TextModel model, List<ArgumentRow> rows) {
    List<TokenizedExample> examples = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      int[] ids = model.ids(rows.get(i).text(0));
      model.requireFits(NAME, ids.length);
      if (ids.length > 1) {
        examples.add(new TokenizedExample("row " + rows.get(i).number(), ids, ids));
        places.add(i);
      }
    }
    List<LossSum> losses =
        model.compute(
            (thread, decoder, adapter) ->
                ExampleLosses.defaults().evaluate(thread, decoder, adapter, examples));
    @Nullable Object[] results = new Object[rows.size()];
    for (int i = 0; i < losses.size(); i++) {
      results[places.get(i)] = losses.get(i).perplexity();
    }
    return Arrays.asList(results);
  }
}
