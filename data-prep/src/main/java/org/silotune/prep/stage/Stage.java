package org.silotune.prep.stage;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A named step of a preparation.
 *
 * <p>A row that it drops stays in the dataset with the stage's name, a reason and a detail, on its
 * way to quarantine; no stage looks at a row that another dropped. A row that it changes carries
 * the stage's name as a mark. So every row can be counted where it ended.
 */
public interface Stage {

  /** Returns the name, which is that of the stage's key in an experiment file. */
  String name();

  /**
   * Returns the rows after the stage, as many as before and with the columns they had; some add
   * columns.
   *
   * @param rows columns that begin with those of {@link
   *     org.silotune.prep.source.InstructionRows#SCHEMA}
   */
  Dataset<Row> apply(Dataset<Row> rows);

  /** Returns whether the stage goes through the rows more than once. */
  default boolean isRereading() {
    return false;
  }

  /** Returns whether the stage's mark says that it found something in a row that it kept. */
  default boolean isReporting() {
    return false;
  }
}
