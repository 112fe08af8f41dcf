package org.silotune.eval.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.silotune.llm.TemporaryFolder;

/**
 * A program's files on their way into a sandbox, and the point where its own files are mounted. The
 * sandbox copies them: nothing that it writes comes back.
 *
 * @param temporary the folder of both
 */
record SandboxFolder(TemporaryFolder temporary) implements AutoCloseable {

  static SandboxFolder of(Program program) throws IOException {
    SandboxFolder folder = new SandboxFolder(TemporaryFolder.create());
    try {
      open(folder.temporary.path());
      open(Files.createDirectory(folder.mountPoint()));
      open(Files.createDirectory(folder.files()));
      for (Map.Entry<String, String> file : program.files().entrySet()) {
        folder.write(file.getKey(), file.getValue());
      }
      return folder;
    } catch (IOException e) {
      folder.close();
      throw e;
    }
  }

  Path mountPoint() {
    return temporary.path().resolve("root");
  }

  Path files() {
    return temporary.path().resolve("in");
  }

  private void write(String name, String text) throws IOException {
    Path file = files().resolve(name);
    for (Path parent = file.getParent();
        !parent.equals(files()) && !Files.exists(parent);
        parent = parent.getParent()) {
      Files.createDirectories(parent);
    }
    for (Path parent = file.getParent(); !parent.equals(files()); parent = parent.getParent()) {
      open(parent);
    }
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
  }

  /** The sandbox's user is another than this process', where that is root. */
  private static void open(Path folder) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Override
  public void close() throws IOException {
    temporary.close();
  }
}
