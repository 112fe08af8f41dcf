package org.silotune.llm.model;

import java.nio.file.Path;
import org.silotune.llm.checkpoint.quant.StoredWeights;
import org.silotune.llm.checkpoint.source.BaseModelSource;
import org.silotune.llm.checkpoint.source.SourceProgress;
import org.silotune.llm.script.CopyingDevice;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.TensorDevice;

/** Fixture models on a {@link CopyingDevice}. */
public final class CopiedModels {

  private CopiedModels() {}

  public static DecoderModel load(String family, Path cache, ModelOptions options) {
    return load(family, cache, options, () -> {});
  }

  /**
   * Loads a model.
   *
   * @param emptied hears that the device's free memory is given back
   */
  static DecoderModel load(String family, Path cache, ModelOptions options, Runnable emptied) {
    NativeScope scope = CopyingDevice.open(emptied);
    try (BaseModelSource source =
        BaseModelSource.open(
            FixtureModels.folder(family), cache, options.base(), SourceProgress.none())) {
      Architecture architecture =
          Architecture.of(source.config(), StoredWeights.of(source.tensors()).names());
      return new DecoderModel(
          new BaseModelRef(family, source.sha256()),
          architecture,
          scope,
          WeightLoader.load(scope, architecture, source.tensors(), options.offload()),
          options,
          BaseFootprint.of(architecture, source.tensors(), options, TensorDevice.processor()));
    }
  }
}
