package org.silotune.udf;

import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.SparkSessionExtensions;
import scala.Option;
import scala.collection.immutable.Map$;

/** A classic session that was made without any extension, in the context of another. */
public final class BareSession {

  private BareSession() {}

  /** Makes one. */
  public static SparkSession in(SparkSession session) {
    return new org.apache.spark.sql.classic.SparkSession(
        session.sparkContext(),
        Option.empty(),
        Option.empty(),
        new SparkSessionExtensions(),
        Map$.MODULE$.empty(),
        Map$.MODULE$.empty());
  }
}
