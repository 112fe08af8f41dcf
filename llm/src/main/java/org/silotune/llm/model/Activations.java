package org.silotune.llm.model;

import java.util.Map;
import java.util.TreeMap;
import org.silotune.llm.LlmException;

/** The activations known by their name in config.json, as script expressions of {@code X}. */
final class Activations {

  static final String SILU = "torch.silu(X)";
  static final String GELU = "torch.gelu(X)";
  static final String GELU_TANH = "torch.gelu(X, approximate=\"tanh\")";

  private static final Map<String, String> BY_NAME =
      new TreeMap<>(
          Map.of(
              "silu", SILU,
              "swish", SILU,
              "gelu", GELU,
              "gelu_new", GELU_TANH,
              "gelu_pytorch_tanh", GELU_TANH));

  private Activations() {}

  static String named(String name) {
    String expression = BY_NAME.get(name);
    if (expression == null) {
      throw new LlmException(
          "Invalid activation in config.json: %s; known: %s"
              .formatted(name, String.join(", ", BY_NAME.keySet())));
    }
    return expression;
  }
}
