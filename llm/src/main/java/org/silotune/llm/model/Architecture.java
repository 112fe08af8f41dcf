package org.silotune.llm.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.silotune.llm.LlmException;

/**
 * A model without its weights: sizes, tensor names and the layer's text.
 *
 * @param config the sizes
 * @param block the family's part of the script
 */
record Architecture(DecoderConfig config, BlockScript block) {

  /**
   * Reads config.json.
   *
   * @param tensorNames the names in the weight files
   * @throws org.silotune.llm.LlmException if the family, or something it asks for, is not known
   */
  static Architecture of(JsonNode configJson, Set<String> tensorNames) {
    HfConfig json = new HfConfig(configJson);
    DecoderFamily family = DecoderFamilies.named(json.modelType());
    json.requireInteger(family.layerCountKey(), 1, DecoderConfig.MAX_LAYERS);
    try {
      DecoderConfig config = family.config(json);
      return new Architecture(config, family.block(config, json, tensorNames));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new LlmException("Invalid config.json: " + e.getMessage(), e);
    }
  }

  /**
   * Reads config.json, for products in {@code compute}.
   *
   * @throws org.silotune.llm.InvalidChoiceException if the family's hidden states do not fit it
   */
  static Architecture of(JsonNode configJson, Set<String> tensorNames, ComputeType compute) {
    DecoderFamilies.requireFits(new HfConfig(configJson).modelType(), compute);
    return of(configJson, tensorNames);
  }

  /** Returns every tensor once, by full name, in the order of the forward pass. */
  Map<String, WeightSpec> weights() {
    Map<String, WeightSpec> all = new LinkedHashMap<>();
    List<WeightSpec> specs = new ArrayList<>(block.embeddingWeights());
    for (int layer = 0; layer < config.layerCount(); layer++) {
      String prefix = block.layerPrefix(layer);
      block.layerWeights().forEach(w -> specs.add(new WeightSpec(prefix + w.name(), w.shape())));
    }
    specs.addAll(block.headWeights());
    specs.forEach(w -> all.putIfAbsent(w.name(), w));
    return all;
  }

  /** Returns the names of the weights of embedding and head. */
  Set<String> weightsOutsideLayers() {
    return Stream.concat(block.embeddingWeights().stream(), block.headWeights().stream())
        .map(WeightSpec::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  String script(ScriptVariant variant, WeightForms forms, ComputeType compute) {
    return DecoderScript.of(config, block, variant, forms, compute);
  }
}
