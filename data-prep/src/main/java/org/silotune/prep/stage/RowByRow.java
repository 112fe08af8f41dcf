package org.silotune.prep.stage;

import java.util.Iterator;
import java.util.function.UnaryOperator;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/** A stage that needs nothing but the row to decide on it. */
interface RowByRow extends Stage, MapPartitionsFunction<Row, Row> {

  /** Returns what becomes of a row that no stage has dropped yet; called once a partition. */
  UnaryOperator<Row> open();

  @Override
  default Dataset<Row> apply(Dataset<Row> rows) {
    return rows.mapPartitions(this, Encoders.row(rows.schema()));
  }

  @Override
  default Iterator<Row> call(Iterator<Row> partition) {
    UnaryOperator<Row> change = open();
    Iterable<Row> rows = () -> partition;
    return StreamSupport.stream(rows.spliterator(), /* parallel= */ false)
        .map(row -> StagedRow.isDropped(row) ? row : change.apply(row))
        .iterator();
  }
}
