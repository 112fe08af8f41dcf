package org.silotune.udf.function;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.catalog.functions.ScalarFunction;
import org.apache.spark.sql.types.DataType;
import org.jspecify.annotations.Nullable;
import org.silotune.udf.function.Parameter.Need;

/**
 * A function as one call uses it. Two calls of one function with arguments of the same types are
 * equal, by which Spark knows a grouping expression again.
 *
 * @param types what the arguments given are cast to
 */
record BoundFunction(RowFunction function, List<DataType> types) implements ScalarFunction<Object> {

  BoundFunction {
    requireNonNull(function, "function");
    types = List.copyOf(types);
  }

  /** Binds a function to the types of the arguments given. */
  static BoundFunction of(RowFunction function, List<DataType> given) {
    return new BoundFunction(
        function,
        IntStream.range(0, given.size())
            .mapToObj(i -> function.accepted(i, given.get(i)))
            .toList());
  }

  @Override
  public String name() {
    return function.name();
  }

  @Override
  public DataType[] inputTypes() {
    return types.toArray(DataType[]::new);
  }

  @Override
  public DataType resultType() {
    return function.resultType();
  }

  @Override
  public String canonicalName() {
    return "silotune." + name();
  }

  @Override
  public @Nullable Object produceResult(InternalRow input) {
    for (int i = 0; i < types.size(); i++) {
      if (input.isNullAt(i) && function.parameters().get(i).need() != Need.NULLABLE) {
        return null;
      }
    }
    return function.evaluate(new Arguments(input, types));
  }

  /** Short, since plans print it with every call. */
  @Override
  public String toString() {
    return "silotune";
  }
}
