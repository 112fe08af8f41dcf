package org.silotune.prep.stage;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Row;
import org.silotune.udf.text.TextQuality;

/** Drops the rows of whose text a figure is out of its bounds. */
record QualityStage(QualityFilter.Part of, List<QualityBound> bounds) implements RowByRow {

  QualityStage {
    bounds = List.copyOf(bounds);
  }

  @Override
  public String name() {
    return "quality";
  }

  @Override
  public UnaryOperator<Row> open() {
    return row ->
        fault(TextQuality.of(text(row)))
            .map(detail -> StagedRow.dropped(row, name(), DropReason.LOW_QUALITY, detail))
            .orElse(row);
  }

  private String text(Row row) {
    return of == QualityFilter.Part.ANSWER ? StagedRow.answer(row) : StagedRow.text(row);
  }

  /** Returns the first figure that is out of its bounds. */
  private Optional<String> fault(TextQuality text) {
    return bounds.stream().map(bound -> bound.fault(text)).flatMap(Optional::stream).findFirst();
  }
}
