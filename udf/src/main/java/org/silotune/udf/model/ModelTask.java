package org.silotune.udf.model;

import java.io.Serializable;
import java.util.List;

/** What a model function computes, with its options. Tasks with equal options are equal. */
public sealed interface ModelTask extends Serializable
    permits EmbedTask, GenerateTask, LogLikelihoodTask, PerplexityTask {

  /** Returns the name of the function. */
  String function();

  /** Returns the names of its text arguments. */
  List<String> parameters();

  /** Returns whether the same arguments give the same result in every row. */
  default boolean isDeterministic() {
    return true;
  }

  /** Returns whether the task writes prompts with the model's chat template. */
  default boolean framesPrompts() {
    return false;
  }

  /** Returns the kind of result. */
  ResultKind resultKind();

  /**
   * Computes the results of many rows at once.
   *
   * @param rows without nulls
   * @return for each row a String, a Double or a float[] by {@link #resultKind}, or null
   */
  List<Object> evaluate(TextModel model, List<ArgumentRow> rows);

  /** The types of results. */
  enum ResultKind {
    TEXT,
    NUMBER,
    VECTOR
  }

  /**
   * The arguments of one row.
   *
   * @param number of the row in the query's input, by which draws differ from row to row
   * @param texts one a parameter
   */
  record ArgumentRow(long number, List<String> texts) {
    public ArgumentRow {
      texts = List.copyOf(texts);
    }

    String text(int index) {
      return texts.get(index);
    }
  }
}
