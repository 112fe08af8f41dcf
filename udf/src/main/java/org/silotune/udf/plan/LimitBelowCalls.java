package org.silotune.udf.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.logical.GlobalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LocalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Lets calls see no more rows than a limit above them asks for. A call neither adds nor drops a
 * row, so a limit may stand below it; where rows are in order it must, because Spark does not look
 * for a sort below calls, and would take any rows.
 *
 * <pre>
 * LIMIT n over calls                    a local limit is repeated below the calls
 * LIMIT n over calls over a sort        limit and sort go below the calls
 * LIMIT n over a sort over calls        the same, where the order hangs on no call's result
 * </pre>
 */
final class LimitBelowCalls {

  private LimitBelowCalls() {}

  /** Repeats a local limit below the calls under it. */
  static LogicalPlan of(LocalLimit limit) {
    if (!(limit.child() instanceof Project project
        && project.child() instanceof ModelCalls calls)) {
      return limit;
    }
    LogicalPlan below = below(calls);
    return below instanceof LocalLimit
        ? limit
        : new LocalLimit(
            limit.limitExpr(),
            new Project(
                project.projectList(), over(calls, new LocalLimit(limit.limitExpr(), below))));
  }

  /** Moves a limit of rows in order below the calls under it. */
  static LogicalPlan of(GlobalLimit limit) {
    if (!(limit.child() instanceof LocalLimit local)) {
      return limit;
    }
    if (local.child() instanceof Project project && project.child() instanceof ModelCalls calls) {
      LogicalPlan below = below(calls);
      LogicalPlan rows = below instanceof LocalLimit repeated ? repeated.child() : below;
      return isSorted(rows)
          ? new Project(project.projectList(), over(calls, limited(limit, rows)))
          : limit;
    }
    if (local.child() instanceof Sort sort) {
      LogicalPlan moved = moved(limit, sort);
      return moved == null ? limit : moved;
    }
    if (local.child() instanceof Project outer && outer.child() instanceof Sort sort) {
      LogicalPlan moved = moved(limit, sort);
      return moved == null ? limit : new Project(outer.projectList(), moved);
    }
    return limit;
  }

  private static @Nullable LogicalPlan moved(GlobalLimit limit, Sort sort) {
    if (!(sort.global()
        && sort.child() instanceof Project project
        && project.child() instanceof ModelCalls calls)) {
      return null;
    }
    LogicalPlan below = below(calls);
    List<SortOrder> orders = new ArrayList<>();
    for (SortOrder order : CollectionConverters.asJava(sort.order())) {
      Expression replaced = Expressions.replace(order, made(project)::get);
      if (!replaced.references().subsetOf(below.outputSet()) || !replaced.deterministic()) {
        return null;
      }
      orders.add((SortOrder) replaced);
    }
    Sort lower = new Sort(Lists.seq(orders), true, below, sort.hint());
    return new Project(project.projectList(), over(calls, limited(limit, lower)));
  }

  /** Returns what a projection's new columns are made of. */
  private static Map<Expression, Expression> made(Project project) {
    Map<Expression, Expression> made = new HashMap<>();
    for (NamedExpression each : CollectionConverters.asJava(project.projectList())) {
      if (each instanceof Alias alias) {
        made.put(alias.toAttribute(), alias.child());
      }
    }
    return made;
  }

  private static GlobalLimit limited(GlobalLimit limit, LogicalPlan rows) {
    return new GlobalLimit(limit.limitExpr(), new LocalLimit(limit.limitExpr(), rows));
  }

  private static boolean isSorted(LogicalPlan plan) {
    return plan instanceof Project project
        ? isSorted(project.child())
        : plan instanceof Sort sort && sort.global();
  }

  private static LogicalPlan below(LogicalPlan plan) {
    return plan instanceof ModelCalls calls ? below(calls.child()) : plan;
  }

  private static LogicalPlan over(LogicalPlan calls, LogicalPlan rows) {
    return calls instanceof ModelCalls each
        ? each.withNewChildInternal(over(each.child(), rows))
        : rows;
  }
}
