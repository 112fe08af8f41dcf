package org.silotune.eval.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Control groups of version 2. Their parent is a folder above this process' own group, for a group
 * that holds processes passes no controller on.
 */
record UnifiedHierarchy(Path parent, List<String> controllers) implements GroupHierarchy {

  UnifiedHierarchy {
    controllers = List.copyOf(controllers);
  }

  /**
   * Returns the folder that may be written to and passes most of the controllers on, the nearest of
   * equals.
   */
  static Optional<GroupHierarchy> find(
      GroupMount mount, List<String> memberships, List<String> wanted) {
    Optional<GroupHierarchy> best = Optional.empty();
    for (Path folder = mount.own(memberships).orElse(null);
        folder != null && folder.startsWith(mount.point());
        folder = folder.getParent()) {
      List<String> passed = passedOn(folder);
      List<String> found = wanted.stream().filter(passed::contains).toList();
      if (found.size() > best.map(each -> each.controllers().size()).orElse(0)) {
        best = Optional.of(new UnifiedHierarchy(folder, found));
      }
    }
    return best;
  }

  private static List<String> passedOn(Path folder) {
    if (!Files.isWritable(folder) || !Files.isWritable(folder.resolve("cgroup.procs"))) {
      return List.of();
    }
    try {
      String passed = Files.readString(folder.resolve("cgroup.subtree_control"));
      return List.of(passed.strip().split(" ", -1));
    } catch (IOException e) {
      return List.of(); // no group at all
    }
  }

  @Override
  public void limitMemory(Path group, long bytes) throws IOException {
    GroupHierarchy.set(group, "memory.max", Long.toString(bytes));
    GroupHierarchy.set(group, "memory.oom.group", "1");
    if (Files.exists(group.resolve("memory.swap.max"))) {
      GroupHierarchy.set(group, "memory.swap.max", "0");
    }
  }

  @Override
  public String memoryEvents() {
    return "memory.events";
  }
}
