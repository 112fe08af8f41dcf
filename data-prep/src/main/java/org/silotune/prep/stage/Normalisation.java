package org.silotune.prep.stage;

import java.util.function.UnaryOperator;
import org.apache.spark.sql.Row;
import org.silotune.udf.text.TextNormalizer;

/** Brings every text to one spelling: {@link TextNormalizer}. Ids and categories stay. */
record Normalisation() implements RowByRow {

  @Override
  public String name() {
    return "normalise";
  }

  @Override
  public UnaryOperator<Row> open() {
    return row -> StagedRow.edited(row, name(), TextNormalizer::normalize);
  }
}
