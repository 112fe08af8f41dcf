package org.silotune.prep.stage;

import java.util.function.UnaryOperator;
import org.silotune.udf.text.TextNormalizer;

/** Brings every text to one spelling: {@link TextNormalizer}. Ids and categories stay. */
record Normalisation() implements TextEdit {

  @Override
  public String name() {
    return "normalise";
  }

  @Override
  public UnaryOperator<String> editor() {
    return TextNormalizer::normalize;
  }
}
