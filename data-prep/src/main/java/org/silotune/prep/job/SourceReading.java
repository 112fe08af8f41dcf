package org.silotune.prep.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.silotune.llm.hub.ModelCache;
import org.silotune.prep.PreparationException;
import org.silotune.prep.dataset.DatasetHub;
import org.silotune.prep.source.InstructionSource;
import org.silotune.prep.source.RowSelection;
import org.silotune.prep.source.SourceSnapshot;

/**
 * The source of a preparation at once. Where a table is to follow the folder, what the source held
 * is kept in the manifest, so that the same command can tell whether the folder is of it.
 *
 * @param source whose rows are read
 * @param snapshot what it held; none without such a table
 */
record SourceReading(InstructionSource source, Optional<SourceSnapshot> snapshot) {

  /**
   * Opens the source.
   *
   * @throws PreparationException if it is missing or lacks a column
   */
  static SourceReading open(SparkSession spark, PrepareConfig config) {
    Optional<SourceSnapshot> snapshot = config.sink().map(sink -> snapshot(spark, config));
    InstructionSource source =
        snapshot
            .map(
                now ->
                    now.open(RowSelection.ALL, config.silos().siloColumn(), config.silos().roles()))
            .orElseGet(() -> Preparation.source(spark, config));
    return new SourceReading(source, snapshot);
  }

  /** Looks at what the source holds now. */
  static SourceSnapshot snapshot(SparkSession spark, PrepareConfig config) {
    return SourceSnapshot.of(spark, new DatasetHub(ModelCache.standard()).placed(config.source()));
  }

  /** Returns the settings as the manifest keeps them. */
  ObjectNode preparation(PrepareConfig config) {
    return PreparationRecord.of(
        config, source.format(), source.files(), snapshot.flatMap(SourceSnapshot::content));
  }

  /**
   * Checks, where it is kept what the source held, that this is what was read.
   *
   * @throws PreparationException that says what is another
   */
  void requireUnchanged() {
    snapshot.ifPresent(then -> then.requireUnchanged(RowSelection.ALL));
  }
}
