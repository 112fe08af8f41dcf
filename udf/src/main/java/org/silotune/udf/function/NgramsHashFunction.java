package org.silotune.udf.function;

import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.types.DataTypes;
import org.silotune.udf.text.WordNgrams;

/** {@code ngrams_hash(text, words)}, see {@link WordNgrams}. */
final class NgramsHashFunction extends RowFunction {

  NgramsHashFunction() {
    super(
        "ngrams_hash",
        DataTypes.createArrayType(DataTypes.LongType, /* containsNull= */ false),
        Parameter.required("text", DataTypes.StringType),
        Parameter.required("words", DataTypes.IntegerType));
  }

  @Override
  public String usage() {
    return "_FUNC_(text, words) - Returns the distinct hashes of the text's runs of that many"
        + " words, ascending.";
  }

  @Override
  UnsafeArrayData evaluate(Arguments arguments) {
    return UnsafeArrayData.fromPrimitiveArray(
        new WordNgrams(arguments.integer(1)).hashes(arguments.text(0)));
  }
}
