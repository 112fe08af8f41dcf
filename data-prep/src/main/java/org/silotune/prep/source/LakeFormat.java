package org.silotune.prep.source;

import java.util.Locale;
import org.silotune.prep.UnusableDataException;

/** A table format that Spark knows by a jar of its own. */
public enum LakeFormat {
  /** Delta Lake. */
  DELTA(
      "Delta Lake",
      "io.delta.sql.DeltaSparkSessionExtension",
      "io.delta:delta-spark_4.1_2.13:4.1.0"),
  /** Apache Iceberg. */
  ICEBERG(
      "Apache Iceberg",
      "org.apache.iceberg.spark.SparkCatalog",
      "org.apache.iceberg:iceberg-spark-runtime-4.1_2.13:1.12.0");

  private final String title;
  private final String probe;
  private final String coordinates;

  LakeFormat(String title, String probe, String coordinates) {
    this.title = title;
    this.probe = probe;
    this.coordinates = coordinates;
  }

  /** Returns the name used in configuration, and by Spark. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Checks that Spark can use the format here.
   *
   * @param what cannot be done else, such as {@code read source X}
   * @throws UnusableDataException that names the jar
   */
  public void requireJar(String what) {
    if (!isOnClassPath()) {
      throw new UnusableDataException(
          "Cannot %s: the jar of %s is not on the class path; add %s, with --packages %s to spark-submit, or by its path in SILOTUNE_JARS to submit/silotune"
              .formatted(what, title, coordinates, coordinates));
    }
  }

  private boolean isOnClassPath() {
    try {
      Class.forName(probe, false, Thread.currentThread().getContextClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
