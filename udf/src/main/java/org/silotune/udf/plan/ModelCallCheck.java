package org.silotune.udf.plan;

import java.util.Map;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.LambdaFunction;
import org.apache.spark.sql.catalyst.expressions.OuterReference;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.silotune.udf.function.InvalidQuery;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/** Finds model calls in places that they cannot be pulled out of: an analysis error. */
public final class ModelCallCheck extends AbstractFunction1<LogicalPlan, BoxedUnit> {

  private static final Map<String, String> PLACES =
      Map.of(
          "Aggregate", "an aggregate",
          "Join", "a join condition",
          "Sort", "ORDER BY",
          "Window", "a window",
          "Generate", "a generator",
          "Expand", "grouping sets");

  @Override
  public BoxedUnit apply(LogicalPlan plan) {
    plan.foreachWithSubqueries(
        node -> {
          check(node);
          return BoxedUnit.UNIT;
        });
    return BoxedUnit.UNIT;
  }

  private static void check(LogicalPlan node) {
    if (node instanceof ModelCalls) {
      return;
    }
    boolean isHost = node instanceof Project || node instanceof Filter;
    for (Expression expression : CollectionConverters.asJava(node.expressions())) {
      if (!isHost) {
        refuse(expression, PLACES.getOrDefault(node.nodeName(), node.nodeName()));
      }
      expression.foreach(
          each -> {
            if (each instanceof LambdaFunction) {
              refuse(each, "a lambda function");
            }
            if (each instanceof ModelCall && each.exists(part -> part instanceof OuterReference)) {
              refuse(each, "a correlated subquery");
            }
            return BoxedUnit.UNIT;
          });
    }
  }

  /** Throws if there is a call in the expression. */
  static void refuse(Expression expression, String place) {
    Option<Expression> call = expression.find(each -> each instanceof ModelCall);
    if (call.isDefined()) {
      throw InvalidQuery.because(
          "Cannot compute %1$s in %2$s: a model is asked for many rows at once; compute it in a subquery first, as in SELECT ... FROM (SELECT *, %1$s AS answer FROM ...)"
              .formatted(call.get().sql(), place),
          Option.empty());
    }
  }
}
