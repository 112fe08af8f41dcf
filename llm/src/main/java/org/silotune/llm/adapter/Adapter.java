package org.silotune.llm.adapter;

import static java.util.Objects.requireNonNull;

import org.silotune.llm.tensor.NamedTensors;

/**
 * A trained adapter on the heap.
 *
 * @param config what it adapts
 * @param parameters its tensors, by PEFT's names
 */
public record Adapter(AdapterConfig config, NamedTensors parameters) {

  public Adapter {
    requireNonNull(config, "config");
    requireNonNull(parameters, "parameters");
  }
}
