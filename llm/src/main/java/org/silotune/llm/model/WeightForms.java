package org.silotune.llm.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.silotune.llm.checkpoint.quant.WeightForm;
import org.silotune.llm.script.TensorDevice;

/**
 * How the weights that one script meets are held: embedding, head and those of a layer, by the
 * names of their {@link WeightSpec}. Layers whose weights are held in the same forms share a
 * script.
 *
 * @param broughtTo where a layer's weights are copied to for each call that computes the layer;
 *     empty where they stay there
 */
record WeightForms(Map<String, WeightForm> byName, Optional<TensorDevice> broughtTo) {

  private static final String BROUGHT =
      """
        def brought(self, w: List[Tensor]) -> List[Tensor]:
          there = annotate(List[Tensor], [])
          for i in range(torch.len(w)):
            _0 = torch.append(there, torch.to(w[i], torch.device("DEVICE"), None, False))
          return there

      """;

  /** Every weight is one tensor. */
  static final WeightForms PLAIN = new WeightForms(Map.of(), Optional.empty());

  WeightForms {
    byName = Map.copyOf(byName);
  }

  /** Returns the forms of layer {@code layer}, of the embedding and of the head. */
  static WeightForms of(
      BlockScript block,
      int layer,
      Map<String, HeldWeight> weights,
      Optional<TensorDevice> broughtTo) {
    Map<String, WeightForm> forms = new LinkedHashMap<>();
    for (List<WeightSpec> specs : List.of(block.embeddingWeights(), block.headWeights())) {
      specs.forEach(spec -> forms.put(spec.name(), weights.get(spec.name()).form()));
    }
    String prefix = block.layerPrefix(layer);
    block
        .layerWeights()
        .forEach(spec -> forms.put(spec.name(), weights.get(prefix + spec.name()).form()));
    return new WeightForms(forms, broughtTo);
  }

  /** Returns the methods that bring weights and that their expressions call. */
  String methods() {
    String made =
        byName.values().stream()
            .map(form -> WeightText.of(form).method())
            .distinct()
            .sorted()
            .collect(Collectors.joining());
    return made + broughtTo.map(device -> BROUGHT.replace("DEVICE", device.label())).orElse("");
  }

  /** Returns whether a matrix is made anew wherever it is used. */
  boolean isDequantised() {
    return byName.values().stream().anyMatch(WeightForm::isDequantised);
  }

  WeightText text(WeightSpec spec) {
    return WeightText.of(byName.getOrDefault(spec.name(), WeightForm.PLAIN));
  }
}
