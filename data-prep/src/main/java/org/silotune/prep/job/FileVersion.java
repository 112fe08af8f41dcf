package org.silotune.prep.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;

import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;
import org.silotune.prep.source.InstructionRows;

/** The version that took a row's file in, as a column: sent to every executor once. */
record FileVersion(Broadcast<TreeMap<String, Integer>> byName) implements UDF1<String, Integer> {

  /** Of a file that no version has, and of rows without a file. */
  static final int NEW = Integer.MAX_VALUE;

  /**
   * Returns the column.
   *
   * @param versions by file name
   */
  static Column of(SparkSession spark, Map<String, Integer> versions) {
    FileVersion version =
        new FileVersion(
            JavaSparkContext.fromSparkContext(spark.sparkContext())
                .broadcast(new TreeMap<>(versions)));
    return udf(version, DataTypes.IntegerType).apply(col(InstructionRows.FILE));
  }

  @Override
  public Integer call(@Nullable String file) {
    return file == null ? NEW : byName.value().getOrDefault(file, NEW);
  }
}
