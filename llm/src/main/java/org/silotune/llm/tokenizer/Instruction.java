package org.silotune.llm.tokenizer;

import static java.util.Objects.requireNonNull;

/**
 * A task for the model: the question of an instruction row.
 *
 * @param instruction what to do
 * @param input what to do it with; blank where the instruction says it all
 */
public record Instruction(String instruction, String input) {

  public Instruction {
    requireNonNull(instruction, "instruction");
    requireNonNull(input, "input");
  }

  boolean hasInput() {
    return !input.isBlank();
  }
}
