package org.silotune.udf.function;

import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;
import org.silotune.llm.tokenizer.Tokenizer;

/** {@code llm_detokenize(ids, model[, skip_special])}: the text of token ids. */
final class DetokenizeFunction extends TokenFunction {

  DetokenizeFunction() {
    super(
        "llm_detokenize",
        DataTypes.StringType,
        Parameter.required("ids", DataTypes.createArrayType(DataTypes.IntegerType)),
        Parameter.required("model", DataTypes.StringType),
        Parameter.optional("skip_special", DataTypes.BooleanType));
  }

  @Override
  public String usage() {
    return "_FUNC_(ids, model[, skip_special]) - Returns the text of token ids, with the special"
        + " tokens written out unless skip_special is true.";
  }

  @Override
  UTF8String evaluate(Arguments arguments) {
    int[] ids = arguments.integers(0, "token ids");
    Tokenizer tokenizer = tokenizer(arguments.text(1));
    boolean skipsSpecial = arguments.flag(2, /* otherwise= */ false);
    return UTF8String.fromString(
        skipsSpecial ? tokenizer.decode(ids) : tokenizer.decodeVerbatim(ids));
  }
}
