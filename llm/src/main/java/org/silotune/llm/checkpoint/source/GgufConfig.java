package org.silotune.llm.checkpoint.source;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.silotune.llm.checkpoint.CorruptCheckpointException;
import org.silotune.llm.checkpoint.gguf.GgufFile;
import org.silotune.llm.checkpoint.gguf.GgufMetadata;

/**
 * A Hugging Face {@code config.json} in the making, from the metadata of a GGUF file. Metadata keys
 * are given without the architecture that stands before each ({@code llama.}).
 */
final class GgufConfig {

  private final GgufFile file;
  private final String prefix;
  private final ObjectNode json = JsonNodeFactory.instance.objectNode();

  GgufConfig(GgufFile file) {
    this.file = file;
    this.prefix = file.metadata().requireText("general.architecture") + ".";
  }

  /** Returns the whole {@code config.json} of the file. */
  static ObjectNode synthesise(GgufFile file) {
    GgufConfig config = new GgufConfig(file);
    GgufFamilies.of(file).configure(config);
    config.putTokenIds();
    config.json.put("vocab_size", config.rowCount("token_embd.weight"));
    config.json.put("tie_word_embeddings", !file.names().contains("output.weight"));
    config.json.put("torch_dtype", "float32");
    return config.json;
  }

  /** Returns the keys written so far. */
  ObjectNode json() {
    return json;
  }

  GgufFile file() {
    return file;
  }

  /** Names the model class. */
  void putModel(String modelType, String modelClass) {
    json.putArray("architectures").add(modelClass);
    json.put("model_type", modelType);
  }

  /** Returns the integer of a key that must be there; a positive 31-bit number. */
  int size(String key) {
    return checkedSize(key, metadata().requireWhole(prefix + key));
  }

  int size(String key, int otherwise) {
    return contains(key) ? size(key) : otherwise;
  }

  /** Returns the number of layers, of which the last must be there. */
  int layerCount() {
    int count = size("block_count");
    if (count > file.names().size()) {
      throw CorruptCheckpointException.of(
          file.path(),
          "metadata " + prefix + "block_count",
          "no more layers than the %d tensors".formatted(file.names().size()),
          count);
    }
    file.tensor("blk.%d.attn_norm.weight".formatted(count - 1));
    return count;
  }

  double real(String key) {
    return metadata().requireReal(prefix + key);
  }

  double real(String key, double otherwise) {
    return metadata().real(prefix + key).orElse(otherwise);
  }

  /** Returns the text of a key, or the empty text. */
  String text(String key) {
    return metadata().text(prefix + key).orElse("");
  }

  boolean contains(String key) {
    return metadata().contains(prefix + key);
  }

  /** Returns whether any tensor's name ends so. */
  boolean hasTensor(String ending) {
    return file.names().stream().anyMatch(name -> name.endsWith(ending));
  }

  /** Returns the outermost dimension of a tensor. */
  long rowCount(String tensor) {
    long[] shape = file.tensor(tensor).shape();
    if (shape.length != 2) {
      throw CorruptCheckpointException.of(
          file.path(), "tensor " + tensor, "a matrix", file.tensor(tensor));
    }
    return shape[0];
  }

  private void putTokenIds() {
    for (String name : new String[] {"bos", "eos", "padding"}) {
      String key = name.equals("padding") ? "pad_token_id" : name + "_token_id";
      metadata()
          .whole("tokenizer.ggml.%s_token_id".formatted(name))
          .ifPresent(id -> json.put(key, id));
    }
  }

  private int checkedSize(String key, long value) {
    if (value < 1 || value > Integer.MAX_VALUE) {
      throw CorruptCheckpointException.of(
          file.path(), "metadata " + prefix + key, "1 to 2147483647", value);
    }
    return (int) value;
  }

  private GgufMetadata metadata() {
    return file.metadata();
  }
}
