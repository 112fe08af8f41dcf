package org.silotune.prep.shard;

import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/** How this process reaches storage, on the driver and on executors alike. */
public final class HadoopSettings {

  private static @Nullable Known known;

  /** Hadoop's settings under those of a Spark: making them reads files. */
  private record Known(SortedMap<String, String> spark, Configuration hadoop) {}

  private HadoopSettings() {}

  /**
   * Returns Hadoop's own settings with the {@code spark.hadoop.*} ones of the Spark that runs in
   * this process, or would: an executor has them from its driver alone.
   */
  public static synchronized Configuration ofThisProcess() {
    SparkEnv running = SparkEnv.get();
    SparkConf conf = running == null ? new SparkConf() : running.conf();
    SortedMap<String, String> spark = new TreeMap<>();
    for (Tuple2<String, String> setting : conf.getAll()) {
      spark.put(setting._1(), setting._2());
    }
    Known current = known;
    if (current == null || !current.spark().equals(spark)) {
      current = new Known(spark, SparkHadoopUtil.get().newConfiguration(conf));
      known = current;
    }
    return current.hadoop();
  }
}
