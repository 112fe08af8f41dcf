package org.silotune.fed.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.silotune.fed.FederationException;

/** A folder of this machine for the moment, between files and a storage that may be remote. */
public final class ScratchFolder implements AutoCloseable {

  private final Path path;

  private ScratchFolder(Path path) {
    this.path = path;
  }

  /** Returns a new folder, which closing deletes with all it holds. */
  public static ScratchFolder create() {
    try {
      Path parent = Path.of(System.getProperty("java.io.tmpdir"));
      Files.createDirectories(parent);
      return new ScratchFolder(Files.createTempDirectory(parent, "silotune-"));
    } catch (IOException e) {
      throw new FederationException(
          "Cannot create a temporary folder: %s".formatted(e.getMessage()), e);
    }
  }

  Path path() {
    return path;
  }

  /** Returns a new empty folder in this one. */
  public Path folder(String name) throws IOException {
    return Files.createDirectory(path.resolve(name));
  }

  @Override
  public void close() {
    try (Stream<Path> tree = Files.walk(path)) {
      List<Path> leavesFirst = tree.sorted(Comparator.reverseOrder()).toList();
      for (Path entry : leavesFirst) {
        Files.delete(entry);
      }
    } catch (IOException e) {
      throw new FederationException("Cannot delete %s: %s".formatted(path, e.getMessage()), e);
    }
  }
}
