package org.silotune.udf.function;

import org.apache.spark.sql.types.DataTypes;
import org.silotune.udf.text.RougeL;

/** {@code rouge_l(prediction, reference)}, the F of {@link RougeL}. */
final class RougeLFunction extends RowFunction {

  RougeLFunction() {
    super(
        "rouge_l",
        DataTypes.DoubleType,
        Parameter.required("prediction", DataTypes.StringType),
        Parameter.required("reference", DataTypes.StringType));
  }

  @Override
  public String usage() {
    return "_FUNC_(prediction, reference) - Returns the ROUGE-L F measure, 0 to 1, as the Python"
        + " package rouge-score computes it without a stemmer.";
  }

  @Override
  Double evaluate(Arguments arguments) {
    return RougeL.of(arguments.text(0), arguments.text(1)).f();
  }
}
