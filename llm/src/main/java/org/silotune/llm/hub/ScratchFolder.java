package org.silotune.llm.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.silotune.llm.FolderTree;

/**
 * A folder that is empty when it is opened, whatever a killed process left, and gone when closed.
 */
final class ScratchFolder implements AutoCloseable {

  private final Path path;

  ScratchFolder(Path path) throws IOException {
    this.path = path;
    FolderTree.delete(path);
    Files.createDirectories(path);
  }

  Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    FolderTree.delete(path);
  }
}
