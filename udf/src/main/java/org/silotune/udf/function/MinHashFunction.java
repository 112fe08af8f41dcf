package org.silotune.udf.function;

import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;
import org.silotune.udf.text.MinHash;

/** {@code minhash(text[, size[, words]])}, see {@link MinHash}. */
final class MinHashFunction extends RowFunction {

  private transient @Nullable Coefficients last;

  MinHashFunction() {
    super(
        "minhash",
        DataTypes.createArrayType(DataTypes.LongType, /* containsNull= */ false),
        Parameter.required("text", DataTypes.StringType),
        Parameter.optional("size", DataTypes.IntegerType),
        Parameter.optional("words", DataTypes.IntegerType));
  }

  @Override
  public String usage() {
    return "_FUNC_(text[, size[, words]]) - Returns the MinHash signature of the text's runs of"
        + " words: size numbers, 128 unless given, over runs of 5 words unless given.";
  }

  @Override
  @Nullable UnsafeArrayData evaluate(Arguments arguments) {
    int size = arguments.integer(1, MinHash.DEFAULT_SIZE);
    int words = arguments.integer(2, MinHash.DEFAULT_WORDS);
    return coefficients(size, words)
        .minHash()
        .signature(arguments.text(0))
        .map(UnsafeArrayData::fromPrimitiveArray)
        .orElse(null);
  }

  private Coefficients coefficients(int size, int words) {
    Coefficients made = last;
    if (made == null || made.size() != size || made.words() != words) {
      made = new Coefficients(size, words, new MinHash(size, words));
      last = made;
    }
    return made;
  }

  private record Coefficients(int size, int words, MinHash minHash) {}
}
