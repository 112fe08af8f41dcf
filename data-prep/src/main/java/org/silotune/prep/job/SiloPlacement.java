package org.silotune.prep.job;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.silotune.prep.split.SiloAssignment;
import org.silotune.prep.stage.Stage;

/**
 * The step that gives rows their silo and example id, and so columns that they lacked.
 *
 * @param known those that earlier versions have
 */
record SiloPlacement(SiloAssignment assignment, KnownRows known) implements Stage {

  @Override
  public String name() {
    return PlacedRows.STAGE;
  }

  @Override
  public Dataset<Row> apply(Dataset<Row> rows) {
    Dataset<Row> wanted = known.wanted(PlacedRows.placed(rows, assignment));
    return known.beside(PlacedRows.numbered(wanted));
  }
}
