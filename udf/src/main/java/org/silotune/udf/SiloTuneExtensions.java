package org.silotune.udf;

import org.apache.spark.sql.SparkSessionExtensions;
import org.silotune.udf.function.SqlFunction;
import org.silotune.udf.plan.ExtractModelCalls;
import org.silotune.udf.plan.ModelCallCheck;
import org.silotune.udf.plan.ModelCallsStrategy;
import scala.Tuple3;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * Gives a new session every SQL function:
 *
 * <pre>{@code
 * spark-submit --conf spark.sql.extensions=org.silotune.udf.SiloTuneExtensions ...
 * }</pre>
 *
 * <p>A session that exists already gets them by {@link SqlFunctions#register}.
 */
public final class SiloTuneExtensions extends AbstractFunction1<SparkSessionExtensions, BoxedUnit> {

  /** For Spark, which makes one by name. */
  public SiloTuneExtensions() {}

  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    for (SqlFunction function : SqlFunctions.all()) {
      extensions.injectFunction(
          new Tuple3<>(
              SqlFunctions.identifier(function),
              SqlFunctions.info(function),
              SqlFunctions.builder(function)));
    }
    extensions.injectCheckRule(session -> new ModelCallCheck());
    extensions.injectPreCBORule(session -> new ExtractModelCalls());
    extensions.injectPlannerStrategy(session -> new ModelCallsStrategy());
    return BoxedUnit.UNIT;
  }
}
