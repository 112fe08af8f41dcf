package org.silotune.prep.source;

import java.time.ZoneOffset;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.TimestampType;
import org.silotune.prep.PreparationException;

/** The time zone of a session, in which Spark makes texts of points in time. */
final class SessionZone {

  private static final String SETTING = "spark.sql.session.timeZone";

  private SessionZone() {}

  /**
   * Checks that a column's values become the same texts in every session.
   *
   * @throws PreparationException if they are points in time, and the session is not in UTC
   */
  static void requireUtc(SparkSession spark, String column, DataType type) {
    String zone = spark.conf().get(SETTING);
    boolean isUtc = DateTimeUtils.getZoneId(zone).normalized().equals(ZoneOffset.UTC);
    if (type instanceof TimestampType && !isUtc) {
      throw new PreparationException(
          "Cannot read column %s of type timestamp in time zone %s: its values would be other texts in each zone; set %s to UTC"
              .formatted(column, zone, SETTING));
    }
  }
}
