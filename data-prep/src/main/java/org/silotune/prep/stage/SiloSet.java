package org.silotune.prep.stage;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;

import java.util.Collection;
import java.util.TreeSet;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;
import org.silotune.prep.shard.TokenShardSchema;

/** Some silos as a condition on rows: their names are sent to every executor once. */
public record SiloSet(Broadcast<TreeSet<String>> names) implements UDF1<String, Boolean> {

  /** Returns whether a row's silo is one of those named; false for a row without silo. */
  public static Column contains(SparkSession spark, Collection<String> silos) {
    if (silos.isEmpty()) {
      return lit(false); // which Spark takes out of its plan: no row is asked
    }
    SiloSet set =
        new SiloSet(
            JavaSparkContext.fromSparkContext(spark.sparkContext())
                .broadcast(new TreeSet<>(silos)));
    return udf(set, DataTypes.BooleanType).apply(col(TokenShardSchema.SILO));
  }

  @Override
  public Boolean call(@Nullable String silo) {
    return silo != null && names.value().contains(silo);
  }
}
