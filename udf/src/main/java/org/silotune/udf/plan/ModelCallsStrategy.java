package org.silotune.udf.plan;

import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.SparkStrategy;
import scala.collection.immutable.Seq;

/** Plans {@link ModelCalls} as {@link ModelCallsExec}. */
public final class ModelCallsStrategy extends SparkStrategy {

  @Override
  public Seq<SparkPlan> apply(LogicalPlan plan) {
    return plan instanceof ModelCalls calls
        ? Lists.seq(new ModelCallsExec(calls.calls(), calls.results(), planLater(calls.child())))
        : Lists.seq();
  }
}
