package org.silotune.fed.spark;

import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** A Spark of a master's shape, for the length of one test. */
final class TestSpark implements AutoCloseable {

  private final SparkSession session;

  private TestSpark(SparkSession session) {
    this.session = session;
  }

  static TestSpark local() {
    return on("local[2,4]", Map.of());
  }

  static TestSpark localCluster() {
    return on("local-cluster[2,1,1024]", Map.of("spark.executor.memory", "1g"));
  }

  static TestSpark on(String master, Map<String, String> settings) {
    SparkConf conf =
        new SparkConf()
            .setMaster(master)
            .setAppName("silotune-test")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.executor.heartbeatInterval", "200ms")
            .set("spark.sql.shuffle.partitions", "2")
            .set("spark.executor.extraClassPath", classPath());
    settings.forEach(conf::set);
    return new TestSpark(SparkSession.builder().config(conf).getOrCreate());
  }

  /** Executors of a local cluster are processes of their own: everything of this one's. */
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  SparkSession session() {
    return session;
  }

  @Override
  public void close() {
    session.stop();
  }
}
