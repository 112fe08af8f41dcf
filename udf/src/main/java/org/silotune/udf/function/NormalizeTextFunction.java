package org.silotune.udf.function;

import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;
import org.silotune.udf.text.TextNormalizer;

/** {@code normalize_text(text)}, see {@link TextNormalizer}. */
final class NormalizeTextFunction extends RowFunction {

  NormalizeTextFunction() {
    super("normalize_text", DataTypes.StringType, Parameter.required("text", DataTypes.StringType));
  }

  @Override
  public String usage() {
    return "_FUNC_(text) - Returns the text in Unicode form NFC, with line feeds for all line ends"
        + " and without control characters but tab and line feed.";
  }

  @Override
  UTF8String evaluate(Arguments arguments) {
    return UTF8String.fromString(TextNormalizer.normalize(arguments.text(0)));
  }
}
