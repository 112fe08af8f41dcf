package org.silotune.udf.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.types.Metadata;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/** Walks through expressions. */
final class Expressions {

  private Expressions() {}

  /** Returns whether a model is called anywhere in an expression. */
  static boolean hasCall(Expression expression) {
    return expression.exists(each -> each instanceof ModelCall);
  }

  /** Returns the calls whose arguments hold no call, in the order in which they stand. */
  static List<ModelCall> innermostCalls(Expression expression) {
    List<ModelCall> found = new ArrayList<>();
    for (Expression child : CollectionConverters.asJava(expression.children())) {
      found.addAll(innermostCalls(child));
    }
    if (found.isEmpty() && expression instanceof ModelCall call) {
      found.add(call);
    }
    return found;
  }

  /** Replaces, from the top, what {@code replacement} gives something other than null for. */
  static Expression replace(
      Expression expression, Function<Expression, @Nullable Expression> replacement) {
    Expression replaced = replacement.apply(expression);
    return replaced != null
        ? replaced
        : expression.mapChildren(child -> replace(child, replacement));
  }

  /** Returns a new column for the result of a call. */
  static Attribute column(ModelCall call) {
    return new AttributeReference(
        call.prettyName(),
        call.dataType(),
        /* nullable= */ true,
        Metadata.empty(),
        NamedExpression.newExprId(),
        Lists.seq());
  }
}
