package org.silotune.udf.function;

import java.util.Map;
import org.apache.spark.sql.AnalysisException;
import scala.Option;
import scala.collection.immutable.Map$;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What is wrong with a query, said as Spark's own {@link AnalysisException}: that is the type that
 * notebooks and PySpark know and show without a stack of Java calls.
 */
public final class InvalidQuery {

  /** PySpark builds its messages from a condition, and this is Spark's one for any text. */
  private static final String CONDITION = "USER_RAISED_EXCEPTION";

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
            CONDITION,
            Map$.MODULE$.from(CollectionConverters.asScala(Map.of("errorMessage", message))),
            cause));
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // erased: nothing is cast
  private static <E extends Throwable> E undeclared(AnalysisException exception) throws E {
    throw (E) exception;
  }
}
