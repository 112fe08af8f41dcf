package org.silotune.prep.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.silotune.prep.UnusableDataException;
import org.silotune.prep.source.InstructionRows;
import org.silotune.prep.split.Census;
import org.silotune.prep.stage.Stage;

/**
 * The rows of a source on their way through the stages of a preparation. Rows that a stage goes
 * through more than once are kept in executors until this is closed.
 */
final class StagedRows implements AutoCloseable {

  /** A column of more values is no label; their counts would not fit the driver. */
  static final int MOST_CATEGORIES = 10_000;

  private final List<Stage> stages = new ArrayList<>();
  private final List<Dataset<Row>> after = new ArrayList<>();
  private final List<Dataset<Row>> persisted = new ArrayList<>();
  private Dataset<Row> rows;

  private StagedRows(Dataset<Row> rows) {
    this.rows = rows;
  }

  /**
   * Returns the rows after all stages: with a silo and an example id, to be tokenised.
   *
   * @param source columns of {@link InstructionRows#SCHEMA}
   */
  static StagedRows of(SparkSession spark, PrepareConfig config, Dataset<Row> source) {
    return of(spark, config, source, KnownRows.NONE);
  }

  /**
   * Returns the same of rows some of which earlier versions have.
   *
   * @param known those
   */
  static StagedRows of(
      SparkSession spark, PrepareConfig config, Dataset<Row> source, KnownRows known) {
    StagedRows staged = new StagedRows(source);
    try {
      List<Stage> inside = new ArrayList<>(config.stages().insideSilos(spark));
      config.stages().beforeSilos().forEach(staged::through);
      Census census =
          config.silos().needsCensus()
              ? staged.census(config.source().columns().category())
              : Census.NONE;
      staged.through(new SiloPlacement(config.silos().assignment(config.seed(), census), known));
      inside.forEach(stage -> staged.throughInside(stage, config.source().columns().id()));
      return staged;
    } catch (RuntimeException e) {
      staged.close();
      throw e;
    }
  }

  Dataset<Row> rows() {
    return rows;
  }

  /** Returns the stages in the order in which the rows went through them. */
  List<Stage> stages() {
    return List.copyOf(stages);
  }

  /** Returns the rows after each of the {@link #stages}. */
  List<Dataset<Row>> rowsAfter() {
    return List.copyOf(after);
  }

  @Override
  public void close() {
    persisted.forEach(Dataset::unpersist);
  }

  private void through(Stage stage) {
    rows = stage.apply(rows);
    stages.add(stage);
    after.add(rows);
  }

  /** A stage that goes through the rows of a silo by id needs ids that tell them apart. */
  private void throughInside(Stage stage, Optional<String> idColumn) {
    if (stage.isRereading()) {
      persist();
      idColumn.ifPresent(id -> PlacedRows.requireUniqueIds(rows, id));
    }
    through(stage);
  }

  private Census census(String category) {
    persist();
    TreeMap<String, Long> rowsByCategory = new TreeMap<>();
    rows.where(col(InstructionRows.REASON).isNull())
        .groupBy(InstructionRows.CATEGORY)
        .agg(count(lit(1)))
        .limit(MOST_CATEGORIES + 1)
        .collectAsList()
        .forEach(row -> rowsByCategory.put(row.getString(0), row.getLong(1)));
    if (rowsByCategory.size() > MOST_CATEGORIES) {
      throw new UnusableDataException(
          "Cannot deal out rows by category: column %s has more than %d values; name a column of labels in data.source.columns.category, or other silos (iid, dirichlet, size-skewed)"
              .formatted(category, MOST_CATEGORIES));
    }
    return new Census(rowsByCategory);
  }

  private void persist() {
    rows = rows.persist(StorageLevel.MEMORY_AND_DISK());
    persisted.add(rows);
  }
}
