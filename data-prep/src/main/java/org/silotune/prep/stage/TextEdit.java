package org.silotune.prep.stage;

import java.util.function.UnaryOperator;
import org.apache.spark.sql.Row;

/** A stage that does the same to every text. */
interface TextEdit extends RowByRow {

  /** Returns what is done to a text; called once a partition. */
  UnaryOperator<String> editor();

  @Override
  default UnaryOperator<Row> open() {
    UnaryOperator<String> editor = editor();
    return row -> StagedRow.edited(row, name(), editor);
  }
}
