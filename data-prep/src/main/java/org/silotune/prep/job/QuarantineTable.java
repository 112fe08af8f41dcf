package org.silotune.prep.job;

import static org.apache.spark.sql.functions.lit;

import java.util.Optional;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.silotune.prep.shard.CountedSince;
import org.silotune.prep.shard.PreparedFolder;
import org.silotune.prep.shard.ShardManifest;
import org.silotune.prep.shard.ShardTable;
import org.silotune.prep.shard.TokenShardSchema;
import org.silotune.prep.source.InstructionRows;
import org.silotune.prep.source.LineNumbers;

/**
 * The dropped rows of a prepared folder as rows of Spark: those that its manifest counts. Where a
 * silo was prepared again, the rows that earlier versions dropped of it are not among them.
 */
public final class QuarantineTable {

  private static final StructType SCHEMA =
      new StructType()
          .add(InstructionRows.STAGE, DataTypes.StringType)
          .add(InstructionRows.REASON, DataTypes.StringType)
          .add(InstructionRows.DETAIL, DataTypes.StringType)
          .add(InstructionRows.FILE, DataTypes.StringType)
          .add(LineNumbers.LINE, DataTypes.LongType)
          .add(InstructionRows.BYTE_OFFSET, DataTypes.LongType)
          .add(TokenShardSchema.SILO, DataTypes.StringType)
          .add(TokenShardSchema.EXAMPLE_ID, DataTypes.StringType);

  private QuarantineTable() {}

  /** Returns the columns of the quarantine table and {@link ShardTable#VERSION}. */
  public static Dataset<Row> of(SparkSession spark, PreparedFolder folder) {
    ShardManifest manifest = folder.manifest();
    if (!manifest.hasVersions()) {
      return rows(spark, lit(0), folder.quarantine());
    }
    CountedSince since = folder.state(manifest).countedSince();
    String[] tables =
        manifest.versions().stream()
            .filter(version -> version >= since.version())
            .map(folder::quarantine)
            .toArray(String[]::new);
    return rows(spark, ShardTable.versionOf("quarantine"), tables).filter(counts(since));
  }

  private static FilterFunction<Row> counts(CountedSince since) {
    return row ->
        since.counts(
            row.<Integer>getAs(ShardTable.VERSION),
            Optional.ofNullable(row.getAs(TokenShardSchema.SILO)),
            Optional.ofNullable(row.getAs(InstructionRows.FILE)));
  }

  private static Dataset<Row> rows(SparkSession spark, Column version, String... tables) {
    return spark.read().schema(SCHEMA).parquet(tables).withColumn(ShardTable.VERSION, version);
  }
}
