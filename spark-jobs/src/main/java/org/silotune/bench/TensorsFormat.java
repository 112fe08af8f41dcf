package org.silotune.bench;

import java.nio.file.Path;
import java.util.Map;
import org.silotune.fed.run.AdapterFormat;
import org.silotune.llm.checkpoint.SafetensorsFile;
import org.silotune.llm.checkpoint.SafetensorsWriter;
import org.silotune.llm.tensor.NamedTensors;

/** Tensors of no model as one safetensors file: the bytes that a PEFT folder holds too. */
final class TensorsFormat implements AdapterFormat {

  private static final String FILE = "adapter_model.safetensors";

  @Override
  public void write(NamedTensors adapter, Path folder) {
    SafetensorsWriter.write(folder.resolve(FILE), adapter, Map.of());
  }

  @Override
  public NamedTensors read(Path folder) {
    try (SafetensorsFile file = SafetensorsFile.open(folder.resolve(FILE))) {
      NamedTensors.Builder tensors = NamedTensors.builder();
      file.names().forEach(n -> tensors.put(n, file.info(n).shape(), file.floats(n)));
      return tensors.build();
    }
  }
}
