package org.silotune.llm.model;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One tensor of a model.
 *
 * @param name its name in the file, after the prefix of its layer if it has one
 * @param shape its extents, outermost first
 */
record WeightSpec(String name, List<Long> shape) {

  static WeightSpec of(String name, long... shape) {
    return new WeightSpec(name, Arrays.stream(shape).boxed().toList());
  }

  /**
   * Returns the name that scripts know it by: {@code self_attn.q_proj.weight} is self_attn_q_proj.
   */
  String variable() {
    String stem =
        name.endsWith(".weight") ? name.substring(0, name.length() - ".weight".length()) : name;
    return stem.replace('.', '_');
  }

  long[] extents() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }

  /** Returns the number of values. */
  int size() {
    return Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
  }

  /** Returns the line that binds the list {@code from} to the variables of {@code weights}. */
  static String unpack(List<String> variables, String from) {
    return variables.isEmpty()
        ? ""
        : "    "
            + variables.stream().collect(Collectors.joining(", ", "", ", "))
            + "= "
            + from
            + "\n";
  }
}
