package org.silotune.fed.spark;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;

/**
 * How often Spark tries a task: a setting on clusters, a part of the master's name in local mode.
 */
final class TaskAttempts {

  private static final Pattern LOCAL = Pattern.compile("local(?:\\[[^,\\]]+(?:,\\s*(\\d+))?])?");

  private TaskAttempts() {}

  static int of(SparkConf conf, String master) {
    Matcher local = LOCAL.matcher(master);
    if (local.matches()) {
      return local.group(1) == null ? 1 : Integer.parseInt(local.group(1));
    }
    return conf.getInt("spark.task.maxFailures", 4);
  }
}
