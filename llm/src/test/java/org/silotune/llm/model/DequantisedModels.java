package org.silotune.llm.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.silotune.llm.checkpoint.SafetensorsFile;
import org.silotune.llm.checkpoint.SafetensorsWriter;
import org.silotune.llm.checkpoint.TensorSource;
import org.silotune.llm.checkpoint.quant.DequantisedWeights;
import org.silotune.llm.checkpoint.quant.StoredWeights;
import org.silotune.llm.checkpoint.source.BaseFormat;
import org.silotune.llm.checkpoint.source.BaseModelSource;
import org.silotune.llm.checkpoint.source.SourceProgress;
import org.silotune.llm.tensor.NamedTensors;

/** Fixture models whose float32 weights are the values of their quantised form, made in Java. */
public final class DequantisedModels {

  private DequantisedModels() {}

  public static DecoderModel load(String family, Path cache, BaseFormat base) {
    try (BaseModelSource quantised =
        BaseModelSource.open(FixtureModels.folder(family), cache, base, SourceProgress.none())) {
      Path file = Files.createTempFile(cache, family, ".safetensors");
      Map<String, WeightSpec> specs =
          Architecture.of(quantised.config(), StoredWeights.of(quantised.tensors()).names())
              .weights();
      NamedTensors values =
          DequantisedWeights.of(quantised.tensors(), name -> specs.get(name).extents());
      SafetensorsWriter.write(file, values, Map.of());
      try (TensorSource plain = SafetensorsFile.open(file)) {
        return ModelLoader.load(
            new BaseModelRef(family, "0".repeat(64)), quantised.config(), plain);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
