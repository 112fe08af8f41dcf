package org.silotune.suite.job;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.silotune.fed.run.RunStorage;
import org.silotune.fed.spark.RecordRows;
import org.silotune.suite.report.SuiteResults;
import org.silotune.suite.stats.SeedBootstrap;
import org.silotune.suite.table.CellRow;
import org.silotune.suite.table.ClaimRow;
import org.silotune.suite.table.RoundLossRow;
import org.silotune.suite.table.RowLossRow;
import org.silotune.suite.table.ScoreRow;
import org.silotune.suite.table.SuiteRows;

/**
 * Writes a suite's tables, each as Parquet ({@code tables/NAME}) and as CSV ({@code
 * tables/NAME.csv}, UTF-8, a header, a missing number as nothing), in place of those of an earlier
 * start.
 */
final class SuiteTables {

  private static final String FOLDER = "tables";

  private final SparkSession spark;
  private final RunStorage storage;

  /** The tables in a suite's folder. */
  SuiteTables(SparkSession spark, RunStorage storage) {
    this.spark = spark;
    this.storage = storage;
  }

  void write(SuiteResults results, SeedBootstrap bootstrap) {
    var rows = new SuiteRows(results);
    write("cells", CellRow.class, rows.cells());
    write("rounds", RoundLossRow.class, rows.rounds());
    write("scores", ScoreRow.class, rows.scores());
    write("losses", RowLossRow.class, rows.losses());
    write("claims", ClaimRow.class, rows.claims(bootstrap));
  }

  private <R extends Record> void write(String name, Class<R> type, List<R> records) {
    var schema = RecordRows.schema(type);
    var rows = RecordRows.rows(type, records);
    spark
        .createDataFrame(rows, schema)
        .coalesce(1)
        .write()
        .mode(SaveMode.Overwrite)
        .parquet(storage.uri("%s/%s".formatted(FOLDER, name)));
    List<String> lines = new ArrayList<>();
    lines.add(String.join(",", schema.fieldNames()));
    rows.forEach(row -> lines.add(line(row)));
    storage.replace(
        "%s/%s.csv".formatted(FOLDER, name),
        (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static String line(Row row) {
    List<String> cells = new ArrayList<>();
    for (int i = 0; i < row.size(); i++) {
      cells.add(row.isNullAt(i) ? "" : quoted(row.get(i).toString()));
    }
    return String.join(",", cells);
  }

  private static String quoted(String text) {
    return text.matches("(?s).*[\",\\r\\n].*") ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }
}
