package org.silotune.prep.stage;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.jdk.javaapi.CollectionConverters;

/** Joins by columns that both sides call the same. */
final class Joins {

  private Joins() {}

  static Dataset<Row> left(Dataset<Row> rows, Dataset<Row> others, String... columns) {
    return join(rows, others, "left", columns);
  }

  static Dataset<Row> inner(Dataset<Row> rows, Dataset<Row> others, String... columns) {
    return join(rows, others, "inner", columns);
  }

  private static Dataset<Row> join(
      Dataset<Row> rows, Dataset<Row> others, String kind, String... columns) {
    return rows.join(others, CollectionConverters.asScala(List.of(columns)).toSeq(), kind);
  }
}
