package org.silotune.udf.plan;

import java.io.Serializable;
import java.util.Objects;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Unevaluable;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;
import org.silotune.udf.model.ModelQuestion;
import scala.collection.Iterator;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * The call of a model function as it stands in a query. It is never evaluated where it stands:
 * Spark's optimizer leaves what is {@link Unevaluable} out of joins, constants and scans, and
 * {@link ExtractModelCalls} replaces it.
 */
public final class ModelCall extends Expression implements Unevaluable, Serializable {

  private final ModelQuestion question;
  private final Seq<Expression> children;

  /** Makes the call of a function with text arguments. */
  public ModelCall(ModelQuestion question, Seq<Expression> children) {
    this.question = question;
    this.children = children;
  }

  ModelQuestion question() {
    return question;
  }

  @Override
  public Seq<Expression> children() {
    return children;
  }

  /** Draws differ from row to row: the optimizer may neither repeat nor move them. */
  @Override
  public boolean deterministic() {
    return question.task().isDeterministic() && super.deterministic();
  }

  @Override
  public boolean foldable() {
    return false;
  }

  @Override
  public boolean nullable() {
    return true;
  }

  @Override
  public DataType dataType() {
    return switch (question.task().resultKind()) {
      case TEXT -> DataTypes.StringType;
      case NUMBER -> DataTypes.DoubleType;
      case VECTOR -> DataTypes.createArrayType(DataTypes.FloatType, /* containsNull= */ false);
    };
  }

  @Override
  public String prettyName() {
    return question.task().function();
  }

  @Override
  public Iterator<Object> stringArgs() {
    return children.iterator().map(child -> child);
  }

  @Override
  public Object eval(@Nullable InternalRow input) {
    throw new IllegalStateException("Cannot evaluate %s row by row".formatted(this));
  }

  @Override
  public ExprCode doGenCode(CodegenContext context, ExprCode code) {
    throw new IllegalStateException("Cannot evaluate %s row by row".formatted(this));
  }

  @Override
  public Expression withNewChildrenInternal(IndexedSeq<Expression> newChildren) {
    return new ModelCall(question, newChildren);
  }

  @Override
  public int productArity() {
    return 2;
  }

  @Override
  public Object productElement(int index) {
    return switch (index) {
      case 0 -> question;
      case 1 -> children;
      default -> throw new IndexOutOfBoundsException(index);
    };
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof ModelCall;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ModelCall call
        && question.equals(call.question)
        && children.equals(call.children);
  }

  @Override
  public int hashCode() {
    return Objects.hash(question, children);
  }
}
