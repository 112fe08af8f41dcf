package org.silotune.udf.function;

import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.jspecify.annotations.Nullable;
import org.silotune.udf.text.NumericAnswer;

/** {@code numeric_answer(text)}, see {@link NumericAnswer}. */
final class NumericAnswerFunction extends RowFunction {

  NumericAnswerFunction() {
    super(
        "numeric_answer",
        DataTypes.createDecimalType(NumericAnswer.PRECISION, NumericAnswer.SCALE),
        Parameter.required("text", DataTypes.StringType));
  }

  @Override
  public String usage() {
    return "_FUNC_(text) - Returns the number that a worked answer ends in: behind ####, else"
        + " behind 'the answer is', else the last one; NULL if there is none.";
  }

  @Override
  @Nullable Decimal evaluate(Arguments arguments) {
    return NumericAnswer.of(arguments.text(0))
        .map(value -> Decimal.apply(value, NumericAnswer.PRECISION, NumericAnswer.SCALE))
        .orElse(null);
  }
}
