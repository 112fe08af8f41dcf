package org.silotune.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.silotune.llm.Bytes;
import org.silotune.llm.LlmException;
import org.silotune.llm.model.ComputeType;
import org.silotune.llm.model.DecoderBlueprint;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.DrawnModel;
import org.silotune.llm.plan.ProcessMemory;
import org.silotune.llm.script.TensorDevice;

/** Shapes that are measured with weights that are made up. */
public enum BenchShape {
  /** Llama 3.2 1B. */
  LLAMA_1B("llama-1b", 2048, 8192, 16, 32, 8, 128_256, true),
  /** Llama 2 7B. */
  LLAMA_7B("llama-7b", 4096, 11_008, 32, 32, 32, 32_000, false);

  private final String label;
  private final int hidden;
  private final int intermediate;
  private final int layers;
  private final int heads;
  private final int keyValueHeads;
  private final int vocabulary;
  private final boolean tied;

  BenchShape(
      String label,
      int hidden,
      int intermediate,
      int layers,
      int heads,
      int keyValueHeads,
      int vocabulary,
      boolean tied) {
    this.label = label;
    this.hidden = hidden;
    this.intermediate = intermediate;
    this.layers = layers;
    this.heads = heads;
    this.keyValueHeads = keyValueHeads;
    this.vocabulary = vocabulary;
    this.tied = tied;
  }

  /** Returns the name that people write. */
  public String label() {
    return label;
  }

  @Override
  public String toString() {
    return label;
  }

  /**
   * Makes a model of this shape up, which the caller closes.
   *
   * @throws LlmException if this machine's memory cannot hold the weights
   */
  public DecoderModel make(ComputeType compute, TensorDevice device) {
    if (!device.isGpu()) {
      requireRoom(compute, ProcessMemory.limitBytes());
    }
    return DrawnModel.of(label, config(), compute, device);
  }

  /** A system that gives memory it has not ends the process instead of refusing. */
  void requireRoom(ComputeType compute, long limit) {
    long bytes = DecoderBlueprint.of(config()).parameterCount() * compute.bytes();
    if (bytes > limit) {
      throw new LlmException(
          "Cannot make %s up in %s: its weights take %s, and this machine has %s; take a smaller --shape, or --dtype bfloat16"
              .formatted(label, compute.label(), Bytes.text(bytes), Bytes.text(limit)));
    }
  }

  JsonNode config() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("model_type", "llama")
        .put("hidden_size", hidden)
        .put("intermediate_size", intermediate)
        .put("num_hidden_layers", layers)
        .put("num_attention_heads", heads)
        .put("num_key_value_heads", keyValueHeads)
        .put("head_dim", hidden / heads)
        .put("vocab_size", vocabulary)
        .put("max_position_embeddings", 4096)
        .put("rms_norm_eps", 1e-5)
        .put("rope_theta", 10_000.0)
        .put("hidden_act", "silu")
        .put("tie_word_embeddings", tied);
  }
}
