package org.silotune.udf.function;

import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.types.DataTypes;

/**
 * {@code llm_tokenize(text, model)}: token ids, special tokens only where the text writes them out.
 */
final class TokenizeFunction extends TokenFunction {

  TokenizeFunction() {
    super(
        "llm_tokenize",
        DataTypes.createArrayType(DataTypes.IntegerType, /* containsNull= */ false),
        Parameter.required("text", DataTypes.StringType),
        Parameter.required("model", DataTypes.StringType));
  }

  @Override
  public String usage() {
    return "_FUNC_(text, model) - Returns the text's token ids in the model's vocabulary, special"
        + " tokens only where the text writes them out.";
  }

  @Override
  UnsafeArrayData evaluate(Arguments arguments) {
    return UnsafeArrayData.fromPrimitiveArray(
        tokenizer(arguments.text(1)).encode(arguments.text(0)));
  }
}
