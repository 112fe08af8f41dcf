package org.silotune.udf.function;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.silotune.udf.text.TextQuality;

/** {@code text_quality(text)}, see {@link TextQuality}. */
final class TextQualityFunction extends RowFunction {

  private static final DataType RESULT =
      new StructType()
          .add("characters", DataTypes.IntegerType, /* nullable= */ false)
          .add("words", DataTypes.IntegerType, /* nullable= */ false)
          .add("mean_word_length", DataTypes.DoubleType, /* nullable= */ false)
          .add("symbol_ratio", DataTypes.DoubleType, /* nullable= */ false)
          .add("alphabetic_words", DataTypes.DoubleType, /* nullable= */ false)
          .add("bullet_lines", DataTypes.DoubleType, /* nullable= */ false)
          .add("ellipsis_lines", DataTypes.DoubleType, /* nullable= */ false)
          .add("stop_words", DataTypes.IntegerType, /* nullable= */ false)
          .add("duplicate_lines", DataTypes.DoubleType, /* nullable= */ false)
          .add("distinct_words", DataTypes.DoubleType, /* nullable= */ false);

  TextQualityFunction() {
    super("text_quality", RESULT, Parameter.required("text", DataTypes.StringType));
  }

  @Override
  public String usage() {
    return "_FUNC_(text) - Returns the figures by which filters of corpora tell prose from debris:"
        + " a struct of characters, words, mean_word_length, symbol_ratio, alphabetic_words,"
        + " bullet_lines, ellipsis_lines, stop_words, duplicate_lines and distinct_words.";
  }

  @Override
  InternalRow evaluate(Arguments arguments) {
    TextQuality quality = TextQuality.of(arguments.text(0));
    return new GenericInternalRow(
        new Object[] {
          quality.characters(),
          quality.words(),
          quality.meanWordLength(),
          quality.symbolRatio(),
          quality.alphabeticWords(),
          quality.bulletLines(),
          quality.ellipsisLines(),
          quality.stopWords(),
          quality.duplicateLines(),
          quality.distinctWords()
        });
  }
}
