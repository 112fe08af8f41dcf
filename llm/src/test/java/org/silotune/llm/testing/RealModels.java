package org.silotune.llm.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.silotune.llm.hub.ModelCache;

/** The real models of the {@code real-model} profile, in the user's model cache. */
public final class RealModels {

  private RealModels() {}

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
