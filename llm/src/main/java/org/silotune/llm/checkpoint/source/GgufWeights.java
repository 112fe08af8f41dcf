package org.silotune.llm.checkpoint.source;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.DType;
import org.silotune.llm.checkpoint.FloatSink;
import org.silotune.llm.checkpoint.TensorInfo;
import org.silotune.llm.checkpoint.gguf.GgufFile;
import org.silotune.llm.checkpoint.gguf.GgufTensor;

/** The weights of a GGUF file under Hugging Face names. */
final class GgufWeights implements Weights {

  private final GgufFile file;
  private final GgufFamily family;
  private final GgufConfig config;
  private final SortedMap<String, GgufTensor> byHfName = new TreeMap<>();

  /**
   * @throws LlmException if the architecture is not known or has no such tensor
   */
  GgufWeights(GgufFile file) {
    this.file = file;
    this.family = GgufFamilies.of(file);
    this.config = new GgufConfig(file);
    GgufNames names = family.names();
    for (String name : file.names()) {
      if (!name.equals(Llama3RopeFactors.TENSOR)) {
        byHfName.put(hfName(names, name), file.tensor(name));
      }
    }
  }

  @Override
  public List<TensorInfo> tensors() {
    return byHfName.entrySet().stream()
        .map(entry -> new TensorInfo(entry.getKey(), DType.F32, shape(entry.getValue())))
        .toList();
  }

  @Override
  public void read(String name, FloatSink to) throws IOException {
    GgufTensor stored = byHfName.get(name);
    transform(name).copy(file.reader(stored.name()), to);
  }

  /** Returns the tensors of the file by Hugging Face names. */
  SortedMap<String, GgufTensor> byHfName() {
    return Collections.unmodifiableSortedMap(byHfName);
  }

  /** Returns what undoes what the converter did to a tensor. */
  TensorTransform transform(String name) {
    return family.transform(byHfName.get(name), config);
  }

  private long[] shape(GgufTensor tensor) {
    return family.transform(tensor, config).shape(tensor);
  }

  private String hfName(GgufNames names, String name) {
    return names
        .hfName(name)
        .orElseThrow(
            () ->
                new LlmException(
                    "Cannot use %s: architecture %s has no tensor %s"
                        .formatted(
                            file.path(),
                            file.metadata().requireText("general.architecture"),
                            name)));
  }
}
