package org.silotune.llm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** A folder and everything in it. */
public final class FolderTree {

  private FolderTree() {}

  /** Deletes a folder, if it is there, and returns how many bytes its files had. */
  public static long delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return 0;
    }
    long bytes = 0;
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        bytes += Files.isRegularFile(file) ? Files.size(file) : 0;
        Files.delete(file);
      }
    }
    return bytes;
  }
}
