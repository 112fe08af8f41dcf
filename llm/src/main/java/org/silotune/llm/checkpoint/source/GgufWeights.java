package org.silotune.llm.checkpoint.source;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.DType;
import org.silotune.llm.checkpoint.TensorInfo;
import org.silotune.llm.checkpoint.TensorSink;
import org.silotune.llm.checkpoint.gguf.GgufFile;
import org.silotune.llm.checkpoint.gguf.GgufTensor;

/** The weights of a GGUF file under Hugging Face names, in the types of a {@link BaseFormat}. */
final class GgufWeights implements Weights {

  private final GgufFile file;
  private final GgufFamily family;
  private final GgufConfig config;
  private final BaseFormat format;
  private final Map<String, GgufTensor> byHfName = new TreeMap<>();

  /**
   * @throws LlmException if the architecture is not known or has no such tensor
   */
  GgufWeights(GgufFile file, BaseFormat format) {
    this.format = format;
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
  public List<TensorInfo> layout() {
    return byHfName.entrySet().stream()
        .map(entry -> new TensorInfo(entry.getKey(), DType.F32, shape(entry.getValue())))
        .map(format::of)
        .toList();
  }

  @Override
  public void write(TensorInfo tensor, TensorSink sink) throws IOException {
    GgufTensor stored = byHfName.get(tensor.name());
    family.transform(stored, config).copy(file.reader(stored.name()), sink);
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
