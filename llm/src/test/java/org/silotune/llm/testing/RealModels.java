package org.silotune.llm.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.silotune.llm.checkpoint.source.BaseModelSource;
import org.silotune.llm.hub.ModelCache;
import org.silotune.llm.model.BaseModelRef;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.ModelLoader;

/** The real models of the {@code real-model} profile, in the user's model cache. */
public final class RealModels {

  private RealModels() {}

  /** Loads the model from its GGUF file, converted to float32 in the user's model cache. */
  public static DecoderModel load(String model) {
    try (BaseModelSource source = BaseModelSource.open(gguf(model), ModelCache.standard().root())) {
      BaseModelRef ref = new BaseModelRef(model, source.sha256());
      return ModelLoader.load(ref, source.config(), source.tensors());
    }
  }

  /** Returns the model's GGUF file; one that is missing fails the test. */
  public static Path gguf(String model) {
    Path folder = ModelCache.standard().modelFolder(model);
    if (!Files.isDirectory(folder)) {
      throw new AssertionError("Missing model folder " + folder);
    }
    try (var files = Files.list(folder)) {
      List<Path> found = files.filter(f -> f.toString().endsWith(".gguf")).toList();
      if (found.size() != 1) {
        throw new AssertionError("Missing one .gguf file in %s: %s".formatted(folder, found));
      }
      return found.get(0);
    } catch (IOException e) {
      throw new AssertionError("Cannot list " + folder, e);
    }
  }
}
