package org.silotune.llm.model;

/**
 * A linear map of a layer, to which an adapter can attach.
 *
 * @param module its path inside the layer, such as {@code self_attn.q_proj}
 * @param inputSize the width of its input
 * @param outputSize the width of its output
 * @param hasBias whether it adds a bias
 * @param orientation how its weight is stored
 */
public record LinearSpec(
    String module, int inputSize, int outputSize, boolean hasBias, Orientation orientation) {

  /** The layout of a linear map's weight. */
  public enum Orientation {
    /** (output, input), as {@code torch.nn.Linear} has it. */
    OUTPUT_BY_INPUT,
    /** (input, output), as GPT-2's {@code Conv1D} has it; PEFT calls it fan_in_fan_out. */
    INPUT_BY_OUTPUT
  }

  /** Returns whether PEFT's rule for target modules selects this map: its path or a tail of it. */
  public boolean isNamed(String target) {
    return module.equals(target) || module.endsWith("." + target);
  }

  String variable() {
    return module.replace('.', '_');
  }

  WeightSpec weight() {
    return orientation == Orientation.OUTPUT_BY_INPUT
        ? WeightSpec.of(module + ".weight", outputSize, inputSize)
        : WeightSpec.of(module + ".weight", inputSize, outputSize);
  }

  WeightSpec bias() {
    return WeightSpec.of(module + ".bias", outputSize);
  }
}
