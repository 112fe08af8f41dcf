package org.silotune.llm.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/**
 * A folder that is empty when it is opened, whatever a killed process left, and gone when closed.
 */
final class ScratchFolder implements AutoCloseable {

  private final Path path;

  ScratchFolder(Path path) throws IOException {
    this.path = path;
    delete();
    Files.createDirectories(path);
  }

  Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    delete();
  }

  private void delete() throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (var files = Files.walk(path)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
