package org.silotune.udf.function;

import org.apache.spark.sql.types.DataTypes;
import org.silotune.udf.text.PassAtK;

/** {@code pass_at_k(n, c, k)}, see {@link PassAtK}. */
final class PassAtKFunction extends RowFunction {

  PassAtKFunction() {
    super(
        "pass_at_k",
        DataTypes.DoubleType,
        Parameter.required("n", DataTypes.LongType),
        Parameter.required("c", DataTypes.LongType),
        Parameter.required("k", DataTypes.LongType));
  }

  @Override
  public String usage() {
    return "_FUNC_(n, c, k) - Returns the unbiased estimate of the probability that at least one"
        + " of k answers passes, from n answers of which c passed.";
  }

  @Override
  Double evaluate(Arguments arguments) {
    return PassAtK.estimate(arguments.whole(0), arguments.whole(1), arguments.whole(2));
  }
}
