package org.silotune.prep;

import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the one {@code local[2]} session of this JVM, with few partitions and no UI. */
public final class SparkSessionExtension implements ParameterResolver {

  /** Returns a builder with the settings every test session shares. */
  public static SparkSession.Builder builder(String master) {
    return SparkSession.builder()
        .master(master)
        .appName("data-prep tests")
        .config("spark.ui.enabled", "false")
        .config("spark.hadoop.fs.reversed.impl", ReversedFileSystem.class.getName())
        .config("spark.hadoop.fs.slow-down.impl", SlowDownFileSystem.class.getName())
        .config("spark.hadoop.fs.counting.impl", CountingFileSystem.class.getName())
        .config("spark.sql.shuffle.partitions", "3")
        // a few rows are sooner interpreted than code for them is made and compiled
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1");
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == SparkSession.class;
  }

  @Override
  public SparkSession resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return builder("local[2]").getOrCreate();
  }
}
