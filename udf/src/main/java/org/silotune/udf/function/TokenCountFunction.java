package org.silotune.udf.function;

import org.apache.spark.sql.types.DataTypes;

/** {@code llm_token_count(text, model)}: how many ids {@link TokenizeFunction} gives. */
final class TokenCountFunction extends TokenFunction {

  TokenCountFunction() {
    super(
        "llm_token_count",
        DataTypes.IntegerType,
        Parameter.required("text", DataTypes.StringType),
        Parameter.required("model", DataTypes.StringType));
  }

  @Override
  public String usage() {
    return "_FUNC_(text, model) - Returns how many tokens llm_tokenize gives.";
  }

  @Override
  Integer evaluate(Arguments arguments) {
    return tokenizer(arguments.text(1)).encode(arguments.text(0)).length;
  }
}
