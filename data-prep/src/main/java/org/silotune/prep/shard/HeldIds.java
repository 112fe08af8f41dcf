package org.silotune.prep.shard;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.silotune.prep.PreparationException;

/** The example ids that a prepared folder holds, silo by silo; no other column is read. */
public final class HeldIds {

  /** {@code silo, example_id}. */
  private static final StructType SCHEMA =
      new StructType()
          .add(TokenShardSchema.SILO, DataTypes.StringType)
          .add(TokenShardSchema.EXAMPLE_ID, DataTypes.StringType);

  private static final String PROJECTION =
      "message ids { optional binary %s (STRING); }".formatted(TokenShardSchema.EXAMPLE_ID);

  private HeldIds() {}

  /**
   * Returns the columns {@code silo} and {@code example_id} of all rows, but those of some silos.
   *
   * @param without silos to leave out
   */
  public static Dataset<Row> of(
      SparkSession spark, PreparedFolder folder, ShardManifest manifest, Set<String> without) {
    List<Holding> holdings = new ArrayList<>();
    for (SiloCounts silo : manifest.silos()) {
      if (!without.contains(silo.name()) && silo.exampleCount() > 0) {
        holdings.add(new Holding(folder.uri(), silo.name(), silo.versions()));
      }
    }
    return spark.createDataFrame(
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(holdings, Math.max(1, holdings.size()))
            .flatMap(Holding::ids),
        SCHEMA);
  }

  private record Holding(String folder, String silo, List<Integer> versions)
      implements Serializable {

    Iterator<Row> ids() {
      List<Row> rows = new ArrayList<>();
      try {
        for (PreparedFolder part : PreparedFolder.at(folder).parts(versions)) {
          for (Split split : Split.values()) {
            for (Path file : part.files(part.shards(), silo, split)) {
              read(file, part.hadoopConfiguration(), rows);
            }
          }
        }
      } catch (IOException e) {
        throw new PreparationException(
            "Cannot read the ids of silo %s in %s: %s".formatted(silo, folder, e.getMessage()), e);
      }
      return rows.iterator();
    }

    private void read(Path file, Configuration hadoop, List<Row> rows) throws IOException {
      Configuration projected = new Configuration(hadoop);
      projected.set(ReadSupport.PARQUET_READ_SCHEMA, PROJECTION);
      try (ParquetReader<Group> reader =
          new GroupReader(HadoopInputFile.fromPath(file, projected)).withConf(projected).build()) {
        for (Group group = reader.read(); group != null; group = reader.read()) {
          rows.add(RowFactory.create(silo, group.getString(0, 0)));
        }
      }
    }
  }
}
