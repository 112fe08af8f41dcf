package org.silotune.prep.source;

import java.io.IOException;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.Type;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.silotune.prep.shard.HadoopSettings;
import scala.Tuple2;

/** The columns of Parquet files, each for itself: read off their ends, where tasks run. */
final class ParquetColumns {

  private ParquetColumns() {}

  /** Returns the names of the columns by the files' names. */
  static SortedMap<String, Set<String>> byFile(SparkSession spark, SourceListing listing) {
    TreeMap<String, Set<String>> columns = new TreeMap<>();
    if (!listing.files().isEmpty()) {
      JavaSparkContext.fromSparkContext(spark.sparkContext())
          .parallelize(listing.files(), listing.files().size())
          .map(file -> new Tuple2<>(file.name(), of(file)))
          .collect()
          .forEach(file -> columns.put(file._1(), file._2()));
    }
    return columns;
  }

  private static Set<String> of(SourceFile file) {
    Set<String> names = new TreeSet<>();
    try (ParquetFileReader reader =
        ParquetFileReader.open(
            HadoopInputFile.fromPath(new Path(file.uri()), HadoopSettings.ofThisProcess()))) {
      for (Type column : reader.getFileMetaData().getSchema().getFields()) {
        names.add(column.getName());
      }
      return names;
    } catch (IOException e) {
      throw StorageFailure.ofFile(file, e);
    }
  }
}
