package org.silotune.fed.spark;

import org.apache.spark.api.java.JavaRDD;
import org.silotune.fed.aggregate.SiloSum;

/**
 * What a pass over silos computes.
 *
 * @param <S> what it brings home
 */
interface SiloStage<S extends SiloSum<S>> {

  /** Returns what the pass is called, such as {@code round 3}. */
  String label();

  /** Returns what it does, such as {@code local updates of round 3}. */
  String title();

  /** Returns what no silo brings home. */
  S empty();

  /** Returns what each silo's task does. */
  SiloWork<S> work();

  /** Brings the silos' parts home in one action. */
  S gather(JavaRDD<S> parts);
}
