package org.silotune.llm.model;

import java.util.Optional;
import org.silotune.llm.LlmException;

/**
 * Reads rotary embeddings from config.json: {@code rope_parameters} as transformers 5 writes them,
 * else {@code rope_theta} and {@code rope_scaling} as published folders have them.
 */
final class RopeConfigs {

  private RopeConfigs() {}

  /** Reads the only rotary embedding of a model. */
  static Rope single(HfConfig config, int headSize, double defaultBase) {
    Optional<HfConfig> parameters = config.object("rope_parameters");
    HfConfig scaling =
        parameters.or(() -> config.object("rope_scaling")).orElse(config.emptyObject());
    double base =
        parameters
            .flatMap(p -> p.optionalNumber("rope_theta"))
            .or(() -> config.optionalNumber("rope_theta"))
            .orElse(defaultBase);
    config.requireAbsentOr("partial_rotary_factor", "1.0");
    scaling.requireAbsentOr("partial_rotary_factor", "1.0");
    return new Rope(base, headSize, scaling(scaling, config));
  }

  /** Reads one entry of {@code rope_parameters} by layer type. */
  static Rope of(HfConfig parameters, HfConfig config, int headSize, double defaultBase) {
    parameters.requireAbsentOr("partial_rotary_factor", "1.0");
    return new Rope(
        parameters.optionalNumber("rope_theta").orElse(defaultBase),
        headSize,
        scaling(parameters, config));
  }

  /** Reads the scaling from an object with {@code rope_type} (or the older {@code type}). */
  static RopeScaling scaling(HfConfig scaling, HfConfig config) {
    String type = scaling.text("rope_type").or(() -> scaling.text("type")).orElse("default");
    return switch (type) {
      case "default" -> new RopeScaling.None();
      case "linear" -> new RopeScaling.Linear(scaling.number("factor"));
      case "llama3" ->
          new RopeScaling.Llama3(
              scaling.number("factor"),
              scaling.number("low_freq_factor"),
              scaling.number("high_freq_factor"),
              scaling
                  .optionalNumber("original_max_position_embeddings")
                  .orElseGet(() -> config.number("max_position_embeddings")));
      default ->
          throw new LlmException(
              "Invalid rope_type in config.json: %s; known: default, linear, llama3"
                  .formatted(type));
    };
  }
}
