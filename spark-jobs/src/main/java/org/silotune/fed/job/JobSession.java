package org.silotune.fed.job;

import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;
import org.silotune.fed.InvalidExperimentException;
import org.silotune.fed.run.NumericEnvironment;

/** Opens the Spark session of a job. */
final class JobSession {

  private static final String MASTER = "spark.master";
  private static final String SERIALIZER = "spark.serializer";
  private static final String JAVA_SERIALIZER = "org.apache.spark.serializer.JavaSerializer";
  private static final int LOCAL_ATTEMPTS = 4;

  private JobSession() {}

  /**
   * Returns the session; the caller closes it.
   *
   * @param environment what executors get of this process' environment
   * @param name what the Spark UI calls the job
   */
  static SparkSession open(SparkConfig config, NumericEnvironment environment, String name) {
    var conf = conf(config);
    requireJavaSerializer(conf);
    conf.setIfMissing(MASTER, localMaster());
    conf.setIfMissing("spark.app.name", name);
    always().forEach(conf::setIfMissing);
    environment
        .variables()
        .forEach((variable, value) -> conf.setIfMissing("spark.executorEnv." + variable, value));
    if (conf.get(MASTER).startsWith("local")) {
      onThisMachine().forEach(conf::setIfMissing);
    }
    return SparkSession.builder().config(conf).getOrCreate();
  }

  /** Returns how storage is reached before Spark starts: as Spark would reach it. */
  static Configuration storage(SparkConfig config) {
    return SparkHadoopUtil.get().newConfiguration(conf(config));
  }

  /** Kryo cannot make records: without this, tasks would fail with its words. */
  private static void requireJavaSerializer(SparkConf conf) {
    var serializer = conf.get(SERIALIZER, JAVA_SERIALIZER);
    if (!serializer.equals(JAVA_SERIALIZER)) {
      throw new InvalidExperimentException(
          "Invalid %s %s: what crosses processes here is written by Java's own; set it to %s"
              .formatted(SERIALIZER, serializer, JAVA_SERIALIZER));
    }
  }

  private static SparkConf conf(SparkConfig config) {
    var conf = new SparkConf(); // with what spark-submit was told
    config.master().ifPresent(conf::setMaster);
    config.settings().forEach(conf::set);
    return conf;
  }

  private static String localMaster() {
    return "local[%d,%d]".formatted(Runtime.getRuntime().availableProcessors(), LOCAL_ATTEMPTS);
  }

  /**
   * Executors never look for the engine on the network, local time zones change nothing, and an
   * executor ends whose task was cancelled and stands still in native code: it would keep its core
   * from the rest of the round.
   */
  private static Map<String, String> always() {
    return new TreeMap<>(
        Map.of(
            "spark.executorEnv.DJL_OFFLINE", "true",
            "spark.executorEnv.OPT_OUT_TRACKING", "true",
            "spark.task.reaper.enabled", "true",
            "spark.task.reaper.killTimeout", "300s",
            "spark.sql.session.timeZone", "UTC",
            "spark.sql.catalogImplementation", "in-memory"));
  }

  /**
   * No port is opened to other machines and none is looked for, and what is broadcast from one
   * thread to another is not compressed.
   */
  private static Map<String, String> onThisMachine() {
    return new TreeMap<>(
        Map.of(
            "spark.broadcast.compress", "false",
            "spark.driver.host", "127.0.0.1",
            "spark.driver.bindAddress", "127.0.0.1",
            "spark.ui.enabled", "false",
            "spark.sql.shuffle.partitions", "4"));
  }
}
