package org.silotune.llm.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.silotune.llm.LlmException;
import org.silotune.llm.model.LinearSpec;
import org.silotune.llm.model.LinearSpec.Orientation;

/**
 * The {@code adapter_config.json} of PEFT's LoRA; what changes the mathematics is read or refused.
 */
final class PeftConfigJson {

  /** Keys that change what an adapter computes, with the only value known here. */
  private static final Map<String, String> ONLY_KNOWN =
      new TreeMap<>(
          Map.of(
              "use_dora", "false",
              "use_rslora", "false",
              "bias", "none",
              "lora_bias", "false",
              "rank_pattern", "{}",
              "alpha_pattern", "{}",
              "modules_to_save", "null",
              "layers_to_transform", "null",
              "layer_replication", "null",
              "target_parameters", "null"));

  /** First values of A and B alone; the others change the base model's weights. */
  private static final Set<String> KNOWN_FIRST_VALUES =
      new TreeSet<>(Set.of("true", "false", "gaussian", "eva", "orthogonal"));

  private final JsonNode json;
  private final Path file;

  PeftConfigJson(JsonNode json, Path file) {
    this.json = json;
    this.file = file;
  }

  static ObjectNode of(LoraConfig config, String baseName, List<LinearSpec> linears) {
    boolean inputByOutput =
        linears.stream()
            .filter(l -> config.targetModules().stream().anyMatch(l::isNamed))
            .anyMatch(l -> l.orientation() == Orientation.INPUT_BY_OUTPUT);
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("base_model_name_or_path", baseName);
    node.put("bias", "none");
    node.put("fan_in_fan_out", inputByOutput);
    node.put("inference_mode", true);
    node.put("init_lora_weights", true);
    node.put("lora_alpha", config.alpha());
    node.put("lora_dropout", config.dropout());
    node.put("peft_type", "LORA");
    node.put("r", config.rank());
    config.targetModules().forEach(node.putArray("target_modules")::add);
    node.put("task_type", "CAUSAL_LM");
    node.put("use_dora", false);
    node.put("use_rslora", false);
    return node;
  }

  String baseName() {
    return json.path("base_model_name_or_path").asText("unknown");
  }

  LoraConfig lora() {
    String type = json.path("peft_type").asText();
    if (!type.equals("LORA")) {
      throw invalid("peft_type", type, "LORA");
    }
    ONLY_KNOWN.forEach(
        (key, known) -> {
          JsonNode value = json.path(key);
          String text = value.isTextual() ? value.asText() : value.toString();
          if (!value.isMissingNode() && !value.isNull() && !text.equals(known)) {
            throw invalid(key, text, known);
          }
        });
    if (json.hasNonNull("alora_invocation_tokens")) {
      throw invalid("alora_invocation_tokens", json.get("alora_invocation_tokens"), "null");
    }
    String first = json.path("init_lora_weights").asText("true");
    if (!KNOWN_FIRST_VALUES.contains(first)) {
      throw invalid("init_lora_weights", first, String.join(", ", KNOWN_FIRST_VALUES));
    }
    JsonNode dropout = json.path("lora_dropout");
    if (!dropout.isMissingNode() && !dropout.isNumber()) {
      throw invalid("lora_dropout", dropout, "a number");
    }
    JsonNode targets = json.path("target_modules");
    if (!targets.isArray()) {
      throw invalid("target_modules", targets, "a list of module names");
    }
    List<String> modules = new ArrayList<>();
    targets.forEach(target -> modules.add(target.asText()));
    if (!json.path("r").isInt() || !json.path("lora_alpha").isNumber()) {
      throw invalid(
          "r and lora_alpha", json.path("r") + " and " + json.path("lora_alpha"), "numbers");
    }
    return new LoraConfig(
        json.path("r").intValue(),
        json.path("lora_alpha").doubleValue(),
        dropout.asDouble(0),
        modules);
  }

  private LlmException invalid(String key, Object value, String known) {
    return new LlmException("Invalid %s in %s: %s; known: %s".formatted(key, file, value, known));
  }
}
