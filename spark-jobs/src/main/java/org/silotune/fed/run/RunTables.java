package org.silotune.fed.run;

import java.util.List;

/**
 * Publishes rows as the run's Parquet tables: the seam to whatever writes Parquet. One file a part;
 * a part is published whole or not at all, and again with the same result.
 */
public interface RunTables {

  /** The folder of tables under the run's root. */
  String FOLDER = "tables";

  /** The tables of a run. */
  enum Table {
    ROUNDS("rounds"),
    SILO_ROUNDS("silo_rounds"),
    EVALUATIONS("evaluations"),
    PREDICTIONS("predictions");

    private final String label;

    Table(String label) {
      this.label = label;
    }

    /** Returns the table's name in SQL and on disk. */
    public String label() {
      return label;
    }
  }

  /**
   * Writes the rows as one part of a table, unless the part is there.
   *
   * @param part such as {@code round-00003}: the rows are a function of it
   * @param type record of the rows; its components are the columns, in snake_case
   */
  <R extends Record> void publish(Table table, String part, Class<R> type, List<R> rows);

  /** Publishes nothing. */
  static RunTables none() {
    return new RunTables() {
      @Override
      public <R extends Record> void publish(
          Table table, String part, Class<R> type, List<R> rows) {}
    };
  }
}
