package org.silotune.udf.function;

import java.util.List;

/** The functions of one row. */
public final class RowFunctions {

  /** All of them, in the order of the documentation. */
  public static final List<SqlFunction> ALL =
      List.of(
          new TokenizeFunction(),
          new DetokenizeFunction(),
          new TokenCountFunction(),
          new ChatTemplateFunction(),
          new AlpacaPromptFunction(),
          new NormalizeTextFunction(),
          new RedactPiiFunction(),
          new MinHashFunction(),
          new NgramsHashFunction(),
          new TextQualityFunction(),
          new RougeLFunction(),
          new ExactMatchFunction(),
          new NumericAnswerFunction(),
          new PassAtKFunction());

  private RowFunctions() {}
}
