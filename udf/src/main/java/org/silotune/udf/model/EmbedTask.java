package org.silotune.udf.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.silotune.llm.eval.MeanStates;

/** {@code llm_embed}: the mean over a text's tokens of the model's last states. */
record EmbedTask() implements ModelTask {

  static final String NAME = "llm_embed";
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
    return ResultKind.VECTOR;
  }

  @Override
  public List<Object> evaluate(TextModel model, List<ArgumentRow> rows) {
    List<int[]> sequences = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      int[] ids = model.ids(rows.get(i).text(0));
      model.requireFits(NAME, ids.length);
      if (ids.length > 0) {
        sequences.add(ids);
        places.add(i);
      }
    }
    List<float[]> means =
        model.compute(
            (thread, decoder, adapter) ->
                MeanStates.defaults().embed(thread, decoder, adapter, sequences));
    @Nullable Object[] results = new Object[rows.size()];
    for (int i = 0; i < means.size(); i++) {
      results[places.get(i)] = means.get(i);
    }
    return Arrays.asList(results);
  }
}
