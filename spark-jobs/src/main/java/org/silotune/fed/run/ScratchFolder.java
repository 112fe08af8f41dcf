package org.silotune.fed.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.silotune.fed.FederationException;
import org.silotune.llm.TemporaryFolder;

/** A folder of this machine for the moment, between files and a storage that may be remote. */
public final class ScratchFolder implements AutoCloseable {

  private final TemporaryFolder folder;

  private ScratchFolder(TemporaryFolder folder) {
    this.folder = folder;
  }

  /** Returns a new folder, which closing deletes with all it holds. */
  public static ScratchFolder create() {
    try {
      return new ScratchFolder(TemporaryFolder.create());
    } catch (IOException e) {
      throw StorageAction.CREATE.failed("a temporary folder in " + parent(), e);
    }
  }

  /** Returns the folder of this machine that all of them lie in. */
  static String parent() {
    return System.getProperty("java.io.tmpdir");
  }

  Path path() {
    return folder.path();
  }

  /** Returns a new empty folder in this one. */
  public Path folder(String name) throws IOException {
    return Files.createDirectory(path().resolve(name));
  }

  @Override
  public void close() {
    try {
      folder.close();
    } catch (IOException e) {
      throw new FederationException("Cannot delete %s: %s".formatted(path(), e.getMessage()), e);
    }
  }
}
