package org.silotune.llm.model;

import java.util.ArrayList;
import java.util.List;
import org.silotune.llm.model.LinearSpec.Orientation;

/**
 * Writes a linear map as a script expression: {@code x W^T + b}, and where it carries a low-rank
 * adapter {@code + s (x * mask) A^T B^T} (LoRA, arXiv 2106.09685, section 4.1), where s holds
 * alpha, the rank and, under dropout, {@code 1 / (1 - p)}.
 */
final class LinearScript {

  private final List<LinearSpec> linears;
  private final List<WeightSpec> layerWeights;
  private final ScriptVariant variant;
  private final WeightForms forms;
  private final ComputeType compute;

  LinearScript(BlockScript block, ScriptVariant variant, WeightForms forms, ComputeType compute) {
    this.linears = block.linears();
    this.layerWeights = block.layerWeights();
    this.variant = variant;
    this.forms = forms;
    this.compute = compute;
  }

  /** Returns the lines that bind a method's lists w, a and m to names. */
  String bindings() {
    StringBuilder lines = new StringBuilder();
    lines.append(bindings(layerWeights, layerWeights.stream().map(WeightSpec::variable).toList()));
    List<String> matrices = new ArrayList<>();
    List<String> masks = new ArrayList<>();
    for (LinearSpec linear : linears) {
      if (isAdapted(linear)) {
        matrices.add(linear.variable() + "_A");
        matrices.add(linear.variable() + "_B");
        masks.add(linear.variable() + "_mask");
      }
    }
    lines.append(WeightSpec.unpack(matrices, "a"));
    if (variant.dropout()) {
      lines.append(WeightSpec.unpack(masks, "m"));
    }
    return lines.toString();
  }

  /** Returns the line that binds the parts of {@code weights} in a method's list w to names. */
  String bindings(List<WeightSpec> weights, List<String> names) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      parts.addAll(forms.text(weights.get(i)).variables(names.get(i)));
    }
    return WeightSpec.unpack(parts, "w");
  }

  /** Returns the matrix of the weight bound to {@code name}, in the type of the products. */
  String weight(WeightSpec weight, String name) {
    WeightText text = forms.text(weight);
    return text.matrix(
        text.variables(name), weight.shape().get(0), weight.shape().get(1), compute.code());
  }

  /** Returns the rows {@code indices} of the weight bound to {@code name}, likewise. */
  String rows(WeightSpec weight, String name, String indices) {
    WeightText text = forms.text(weight);
    return text.rows(text.variables(name), weight.shape().get(1), indices, compute.code());
  }

  /** Returns {@code tensor} in the type of the products, itself where it is stored in it. */
  String cast(String tensor) {
    return "torch.to(%s, %d)".formatted(tensor, compute.code());
  }

  /** Returns the expression of {@code module} applied to the variable {@code input}. */
  String apply(String module, String input) {
    LinearSpec linear =
        linears.stream().filter(l -> l.module().equals(module)).findFirst().orElseThrow();
    String w = linear.variable();
    String weight = weight(linear.weight(), w);
    String bias = cast(w + "_bias");
    String base;
    if (linear.orientation() == Orientation.INPUT_BY_OUTPUT) {
      base = "torch.addmm(%s, %s, %s)".formatted(bias, input, weight);
    } else if (linear.hasBias()) {
      base = "torch.linear(%s, %s, %s)".formatted(input, weight, bias);
    } else {
      base = "torch.linear(%s, %s)".formatted(input, weight);
    }
    if (!isAdapted(linear)) {
      return base;
    }
    String adapterInput = variant.dropout() ? "torch.mul(%s, %s_mask)".formatted(input, w) : input;
    return "self.low_rank(%s, %s, %s, %s, s)"
        .formatted(base, adapterInput, cast(w + "_A"), cast(w + "_B"));
  }

  private boolean isAdapted(LinearSpec linear) {
    return variant.adapted().contains(linear.module());
  }
}
