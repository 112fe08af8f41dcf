package org.silotune.prep.job;

import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.silotune.prep.split.SiloAssignment;
import org.silotune.prep.stage.Stage;

/**
 * The step that gives rows their silo and example id, and so columns that they lacked.
 *
 * @param then which of them go on, and under which id
 */
record SiloPlacement(SiloAssignment assignment, UnaryOperator<Dataset<Row>> then) implements Stage {

  @Override
  public String name() {
    return PlacedRows.STAGE;
  }

  @Override
  public Dataset<Row> apply(Dataset<Row> rows) {
    return then.apply(PlacedRows.of(rows, assignment));
  }
}
