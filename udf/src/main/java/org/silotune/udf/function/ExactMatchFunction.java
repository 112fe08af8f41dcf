package org.silotune.udf.function;

import org.apache.spark.sql.types.DataTypes;
import org.silotune.udf.text.ExactMatch;

/** {@code exact_match(prediction, reference)}, see {@link ExactMatch}. */
final class ExactMatchFunction extends RowFunction {

  ExactMatchFunction() {
    super(
        "exact_match",
        DataTypes.BooleanType,
        Parameter.required("prediction", DataTypes.StringType),
        Parameter.required("reference", DataTypes.StringType));
  }

  @Override
  public String usage() {
    return "_FUNC_(prediction, reference) - Returns whether the texts are equal up to case, Unicode"
        + " composition and white space.";
  }

  @Override
  Boolean evaluate(Arguments arguments) {
    return ExactMatch.matches(arguments.text(0), arguments.text(1));
  }
}
