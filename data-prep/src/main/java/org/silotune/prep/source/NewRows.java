package org.silotune.prep.source;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.not;

import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Leaves out what a high-water mark says is not new. */
final class NewRows {

  /** What a record without a readable value looks like. */
  private static final List<String> WITHOUT_VALUE =
      Stream.of(
              QuarantineReason.MISSING_HIGH_WATER,
              QuarantineReason.INVALID_UTF8,
              QuarantineReason.MALFORMED_JSON,
              QuarantineReason.MALFORMED_CSV,
              QuarantineReason.UNREADABLE_REST,
              QuarantineReason.OVERSIZED_RECORD)
          .map(QuarantineReason::label)
          .toList();

  private NewRows() {}

  /**
   * Returns the rows of text files that are new: not those at or below the mark, and of files that
   * rows were taken from before not those without a readable value.
   *
   * @param rows columns of {@link InstructionRows#SCHEMA}
   */
  static Dataset<Row> only(Dataset<Row> rows, RowSelection selection) {
    if (selection.highWater().isEmpty()) {
      return rows;
    }
    Column reason = col(InstructionRows.REASON);
    Column isOld = reason.eqNullSafe(QuarantineReason.NOT_NEW.label());
    Column isOfKnownFile = col(InstructionRows.FILE).isin(selection.known().toArray());
    Column isWithout = reason.isNotNull().and(reason.isin(WITHOUT_VALUE.toArray()));
    return rows.where(not(isOld).and(not(isWithout.and(isOfKnownFile))));
  }
}
