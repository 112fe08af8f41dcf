package org.silotune.llm.checkpoint;

import java.nio.file.Path;
import java.util.Collection;

/** The message for a tensor that is not there. */
final class MissingTensor {

  private MissingTensor() {}

  static CorruptCheckpointException in(Path file, String name, Collection<String> known) {
    return CorruptCheckpointException.of(
        file,
        "tensor " + name,
        "a tensor of this name",
        "%d others (first: %s)".formatted(known.size(), known.stream().findFirst().orElse("none")));
  }
}
