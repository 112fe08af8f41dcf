package org.silotune.llm.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.silotune.llm.checkpoint.quant.WeightForm;

/**
 * How the weights that one script meets are held: embedding, head and those of a layer, by the
 * names of their {@link WeightSpec}. Layers whose weights are held in the same forms share a
 * script.
 */
record WeightForms(Map<String, WeightForm> byName) {

  /** Every weight is one tensor. */
  static final WeightForms PLAIN = new WeightForms(Map.of());

  WeightForms {
    byName = Map.copyOf(byName);
  }

  /** Returns the forms of layer {@code layer}, of the embedding and of the head. */
  static WeightForms of(BlockScript block, int layer, Map<String, HeldWeight> weights) {
    Map<String, WeightForm> forms = new LinkedHashMap<>();
    for (List<WeightSpec> specs : List.of(block.embeddingWeights(), block.headWeights())) {
      specs.forEach(spec -> forms.put(spec.name(), weights.get(spec.name()).form()));
    }
    String prefix = block.layerPrefix(layer);
    block
        .layerWeights()
        .forEach(spec -> forms.put(spec.name(), weights.get(prefix + spec.name()).form()));
    return new WeightForms(forms);
  }

  /** Returns the methods that the expressions of the weights call. */
  String methods() {
    return byName.values().stream()
        .map(form -> WeightText.of(form).method())
        .distinct()
        .sorted()
        .collect(Collectors.joining());
  }

  /** Returns whether a matrix is made anew wherever it is used. */
  boolean isDequantised() {
    return byName.values().stream().anyMatch(WeightForm::isDequantised);
  }

  WeightText text(WeightSpec spec) {
    return WeightText.of(byName.getOrDefault(spec.name(), WeightForm.PLAIN));
  }
}
