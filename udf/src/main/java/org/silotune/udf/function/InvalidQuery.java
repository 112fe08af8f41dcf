package org.silotune.udf.function;

import org.apache.spark.QueryContext;
import org.apache.spark.sql.AnalysisException;
import scala.Option;
import scala.collection.immutable.Map$;

/**
 * What is wrong with a query, said as Spark's own {@link AnalysisException}: that is the type that
 * notebooks and PySpark know and show without a stack of Java calls.
 */
public final class InvalidQuery {

  private InvalidQuery() {}

  /**
   * Throws an {@link AnalysisException}, which is checked and comes out of methods of Spark that
   * declare nothing.
   *
   * @return never; for {@code throw InvalidQuery.because(...)}
   */
  public static RuntimeException because(String message, Option<Throwable> cause) {
    throw InvalidQuery.<RuntimeException>undeclared(
        new AnalysisException(
            message,
            Option.empty(),
            Option.empty(),
            cause,
            Option.empty(),
            Map$.MODULE$.empty(),
            new QueryContext[0]));
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // erased: nothing is cast
  private static <E extends Throwable> E undeclared(AnalysisException exception) throws E {
    throw (E) exception;
  }
}
