package org.silotune.udf.function;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry;
import org.apache.spark.sql.catalyst.expressions.ApplyFunctionExpression;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.types.DataType;
import org.jspecify.annotations.Nullable;
import org.silotune.llm.LlmException;
import org.silotune.udf.function.Parameter.Need;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A deterministic function of the values of one row. It is Spark's public {@link
 * org.apache.spark.sql.connector.catalog.functions.ScalarFunction} underneath, so that arguments
 * are cast, constants folded, and calls planned by Spark itself.
 */
abstract class RowFunction implements SqlFunction, Serializable {

  private final String name;
  private final DataType resultType;
  private final List<Parameter> parameters;

  RowFunction(String name, DataType resultType, Parameter... parameters) {
    this.name = name;
    this.resultType = resultType;
    this.parameters = List.of(parameters);
  }

  /**
   * Returns the result, in Spark's internal form, of arguments that are not null unless their
   * parameter says otherwise.
   */
  abstract @Nullable Object evaluate(Arguments arguments);

  @Override
  public final String name() {
    return name;
  }

  final DataType resultType() {
    return resultType;
  }

  final List<Parameter> parameters() {
    return parameters;
  }

  /**
   * Returns what an argument is cast to: the parameter's type, unless the function can read others.
   *
   * @param given the argument's type
   */
  DataType accepted(int index, DataType given) {
    return parameters.get(index).type();
  }

  @Override
  public final Expression call(List<Expression> arguments) {
    long required = parameters.stream().filter(p -> p.need() != Need.OPTIONAL).count();
    if (arguments.size() < required || arguments.size() > parameters.size()) {
      throw new LlmException(
          "Invalid call of %s with %d arguments: it takes %s"
              .formatted(name, arguments.size(), signature()));
    }
    List<DataType> types = arguments.stream().map(Expression::dataType).toList();
    Expression call =
        new ApplyFunctionExpression(
            BoundFunction.of(this, types), CollectionConverters.asScala(arguments).toSeq());
    call.setTagValue(FunctionRegistry.FUNC_ALIAS(), name);
    return call;
  }

  /**
   * Returns the parameters as they are written in a call, such as {@code (text, model[, size])}.
   */
  private String signature() {
    StringBuilder signature = new StringBuilder("(");
    int open = 0;
    for (Parameter parameter : parameters) {
      String comma = signature.length() > 1 ? ", " : "";
      if (parameter.need() == Need.OPTIONAL) {
        signature.append('[');
        open++;
      }
      signature.append(comma).append(parameter.name());
    }
    return signature.append("]".repeat(open)).append(')').toString();
  }
}
