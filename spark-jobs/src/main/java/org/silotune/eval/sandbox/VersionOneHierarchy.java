package org.silotune.eval.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Control groups of version 1, which has a hierarchy for each controller, or for a few of them.
 * Groups are made below this process' own.
 */
record VersionOneHierarchy(Path parent, List<String> controllers) implements GroupHierarchy {

  VersionOneHierarchy {
    controllers = List.copyOf(controllers);
  }

  /** Returns this process' own group, if it may be written to and has some of the controllers. */
  static Optional<GroupHierarchy> find(
      GroupMount mount, List<String> memberships, List<String> wanted) {
    List<String> found = wanted.stream().filter(mount.options()::contains).toList();
    if (found.isEmpty()) {
      return Optional.empty();
    }
    return mount
        .own(memberships)
        .filter(
            folder -> Files.isWritable(folder) && Files.isWritable(folder.resolve("cgroup.procs")))
        .map(folder -> new VersionOneHierarchy(folder, found));
  }

  @Override
  public void limitMemory(Path group, long bytes) throws IOException {
    GroupHierarchy.set(group, "memory.limit_in_bytes", Long.toString(bytes));
    if (Files.exists(group.resolve("memory.memsw.limit_in_bytes"))) {
      // Memory and swap together: never less than memory alone, so it comes second.
      GroupHierarchy.set(group, "memory.memsw.limit_in_bytes", Long.toString(bytes));
    }
    if (Files.exists(group.resolve("memory.swappiness"))) {
      GroupHierarchy.set(group, "memory.swappiness", "0"); // for kernels that do not count swap
    }
    GroupHierarchy.set(group, "memory.oom_control", "0"); // inherited: processes might wait instead
  }

  @Override
  public String memoryEvents() {
    return "memory.oom_control";
  }
}
