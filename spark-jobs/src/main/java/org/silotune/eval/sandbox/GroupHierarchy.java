package org.silotune.eval.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where this process may make control groups, and the files by which they limit memory. */
sealed interface GroupHierarchy permits UnifiedHierarchy, VersionOneHierarchy {

  /** Returns the folder in which groups are made. */
  Path parent();

  /** Returns what its groups limit: memory, pids or both. */
  List<String> controllers();

  /** Limits what all processes of a group hold together, swap included. */
  void limitMemory(Path group, long bytes) throws IOException;

  /** Returns the file of a group in which {@code oom_kill} counts processes ended for memory. */
  String memoryEvents();

  /** Writes a file of a group. */
  static void set(Path group, String name, String value) throws IOException {
    Files.writeString(group.resolve(name), value + "\n", StandardCharsets.US_ASCII);
  }
}
