package org.silotune.udf.model;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.silotune.llm.LlmException;
import org.silotune.llm.adapter.AdapterCheckpoint;
import org.silotune.llm.checkpoint.source.ModelFiles;
import org.silotune.udf.token.ModelPath;

/**
 * Which model a call asks: paths, the same on every host, never weights.
 *
 * @param model the path of the base model
 * @param adapter the folder of an adapter, null for none
 * @param template the chat template by name, null for the model's own
 */
record ModelSource(String model, @Nullable String adapter, @Nullable String template)
    implements Serializable {

  ModelSource {
    requireNonNull(model, "model");
  }

  /**
   * Finds the files of a call.
   *
   * @throws LlmException if one is not there
   */
  static ModelSource find(String model, Optional<String> adapter, Optional<String> template) {
    Path path = ModelPath.of(model).toAbsolutePath().normalize();
    ModelFiles.find(path);
    Optional<Path> folder = adapter.map(given -> Path.of(given).toAbsolutePath().normalize());
    folder.ifPresent(
        given -> {
          if (!Files.isRegularFile(given.resolve(AdapterCheckpoint.CONFIG))) {
            throw new LlmException(
                "Missing adapter %s: there is no %s in it; name an adapter folder"
                    .formatted(given, AdapterCheckpoint.CONFIG));
          }
        });
    return new ModelSource(
        path.toString(), folder.map(Path::toString).orElse(null), template.orElse(null));
  }
}
