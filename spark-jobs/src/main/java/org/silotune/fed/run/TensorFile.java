package org.silotune.fed.run;

import java.nio.file.Path;
import java.util.Map;
import org.silotune.llm.checkpoint.SafetensorsFile;
import org.silotune.llm.checkpoint.SafetensorsWriter;
import org.silotune.llm.checkpoint.TensorInfo;
import org.silotune.llm.tensor.NamedTensors;

/** Float32 tensors as one safetensors file of this machine: the bits go and come unchanged. */
final class TensorFile {

  private TensorFile() {}

  static void write(NamedTensors tensors, Path file) {
    SafetensorsWriter.write(file, tensors, Map.of());
  }

  static NamedTensors read(Path file) {
    try (SafetensorsFile source = SafetensorsFile.open(file)) {
      NamedTensors.Builder tensors = NamedTensors.builder();
      for (String name : source.names()) {
        TensorInfo info = source.info(name);
        tensors.put(name, info.shape(), source.floats(name));
      }
      return tensors.build();
    }
  }
}
