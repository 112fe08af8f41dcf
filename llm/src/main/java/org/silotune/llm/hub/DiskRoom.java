package org.silotune.llm.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The room on the disk of the cache. */
final class DiskRoom {

  private DiskRoom() {}

  /** Returns why so many bytes do not fit into a folder, and what to do, or empty where they do. */
  static Optional<String> lack(long bytes, Path folder) throws IOException {
    long free = Files.getFileStore(folder).getUsableSpace();
    return free >= bytes
        ? Optional.empty()
        : Optional.of(
            "it needs %,d MB in %s, %,d MB are free; make room or set SILOTUNE_CACHE"
                .formatted(bytes / 1_000_000, folder, free / 1_000_000));
  }
}
