package org.silotune.prep.shard;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.TaskContext;
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

  /** {@code silo, example_id, split}. */
  private static final StructType SCHEMA =
      new StructType()
          .add(TokenShardSchema.SILO, DataTypes.StringType)
          .add(TokenShardSchema.EXAMPLE_ID, DataTypes.StringType)
          .add(TokenShardSchema.SPLIT, DataTypes.StringType);

  private static final String PROJECTION =
      "message ids { optional binary %s (STRING); }".formatted(TokenShardSchema.EXAMPLE_ID);

  private HeldIds() {}

  /**
   * Returns the columns {@code silo, example_id} and {@code split} of all rows of some silos.
   *
   * @param silos names; those that the folder has no row of have none
   */
  public static Dataset<Row> of(
      SparkSession spark, PreparedFolder folder, ShardManifest manifest, Set<String> silos) {
    List<Holding> holdings = new ArrayList<>();
    int partitions = 0;
    for (SiloCounts silo : manifest.silos()) {
      if (silos.contains(silo.name()) && silo.exampleCount() > 0) {
        partitions++;
        for (PreparedFolder part : folder.parts(silo.versions())) {
          for (Split split : Split.values()) {
            holdings.add(new Holding(part.uri(), silo.name(), split));
          }
        }
      }
    }
    return spark.createDataFrame(
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(holdings, Math.max(1, partitions))
            .flatMap(Holding::ids),
        SCHEMA);
  }

  /** A part of a silo: one file is open at a time, and no id is kept. */
  private record Holding(String folder, String silo, Split split) implements Serializable {

    Iterator<Row> ids() {
      PartFiles<Group> groups = open(PreparedFolder.at(folder));
      TaskContext.get()
          .addTaskCompletionListener(
              task -> {
                close(groups);
              });
      Iterable<Group> iterable = () -> groups;
      return StreamSupport.stream(iterable.spliterator(), /* parallel= */ false)
          .map(group -> RowFactory.create(silo, group.getString(0, 0), split.label()))
          .iterator();
    }

    private PartFiles<Group> open(PreparedFolder part) {
      Configuration projected = new Configuration(part.hadoopConfiguration());
      projected.set(ReadSupport.PARQUET_READ_SCHEMA, PROJECTION);
      try {
        return new PartFiles<>(
            part.files(part.shards(), silo, split),
            file ->
                new GroupReader(HadoopInputFile.fromPath(file, projected))
                    .withConf(projected)
                    .build(),
            this::unreadable);
      } catch (IOException e) {
        throw unreadable(e);
      }
    }

    private static void close(PartFiles<Group> groups) {
      try {
        groups.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private PreparationException unreadable(IOException e) {
      return new PreparationException(
          "Cannot read the ids of silo %s in %s: %s".formatted(silo, folder, e.getMessage()), e);
    }
  }
}
