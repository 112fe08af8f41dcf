package org.silotune.udf.function;

import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;
import org.silotune.llm.tokenizer.ChatTemplate;
import org.silotune.llm.tokenizer.Instruction;

/** {@code alpaca_prompt(instruction, input)}: the prompt of Stanford Alpaca, up to the answer. */
final class AlpacaPromptFunction extends RowFunction {

  AlpacaPromptFunction() {
    super(
        "alpaca_prompt",
        DataTypes.StringType,
        Parameter.required("instruction", DataTypes.StringType),
        Parameter.nullable("input", DataTypes.StringType));
  }

  @Override
  public String usage() {
    return "_FUNC_(instruction, input) - Returns the Alpaca prompt of an instruction; a null or"
        + " blank input is none.";
  }

  @Override
  UTF8String evaluate(Arguments arguments) {
    String input = arguments.has(1) ? arguments.text(1) : "";
    return UTF8String.fromString(
        ChatTemplate.alpacaPrompt(new Instruction(arguments.text(0), input)));
  }
}
