package org.silotune.prep.job;

import static org.apache.spark.sql.functions.col;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.silotune.prep.shard.TokenShardSchema;
import org.silotune.prep.source.InstructionRows;
import org.silotune.prep.stage.SmallSilos;
import org.silotune.prep.stage.Stage;

/**
 * Encoded rows of the silos that there are, and how many.
 *
 * @param rows those of small silos dropped
 * @param totals of the rows
 * @param last the stage after tokenising, if there is one
 */
record CountedRows(Dataset<Row> rows, SiloTotals totals, Optional<Stage> last) {

  /**
   * Counts encoded rows, which takes one job or two.
   *
   * @param encoded columns of {@link RowEncoding#SCHEMA}, kept in executors
   * @throws org.silotune.prep.PreparationException if an id column does not tell rows apart
   */
  static CountedRows of(Dataset<Row> encoded, PrepareConfig config) {
    config.source().columns().id().ifPresent(id -> PlacedRows.requireUniqueIds(encoded, id));
    List<String> silos = config.silos().silos();
    if (config.silos().minimumRows().isEmpty()) {
      Dataset<Row> rows = encoded.withColumn(SmallSilos.KEPT_SILO, col(TokenShardSchema.SILO));
      return new CountedRows(rows, SiloTotals.of(rows, silos), Optional.empty());
    }
    Stage small = new SmallSilos(config.silos().minimumRows().getAsInt());
    Dataset<Row> rows = small.apply(encoded);
    return new CountedRows(rows, SiloTotals.of(rows, silos), Optional.of(small));
  }

  Dataset<Row> accepted() {
    return rows.where(col(InstructionRows.REASON).isNull());
  }

  Dataset<Row> dropped() {
    return rows.where(col(InstructionRows.REASON).isNotNull());
  }
}
