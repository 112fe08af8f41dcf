package org.silotune.eval.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where this process may make control groups that limit memory and processes. Each controller is in
 * one hierarchy of the machine, of version 2 or of version 1.
 */
record ControlGroups(List<GroupHierarchy> hierarchies) {

  private static final List<String> WANTED = List.of("memory", "pids");

  /** Begins at the time: a process of the same id that was killed may have left its groups. */
  private static final AtomicLong NUMBER = new AtomicLong(System.currentTimeMillis());

  ControlGroups {
    hierarchies = List.copyOf(hierarchies);
  }

  /** Returns those that work here; none where no controller does. */
  static Optional<ControlGroups> ofThisProcess() {
    List<GroupHierarchy> working =
        offered().hierarchies().stream()
            .filter(each -> new ControlGroups(List.of(each)).works())
            .toList();
    return working.isEmpty() ? Optional.empty() : Optional.of(new ControlGroups(working));
  }

  /** Returns those that the kernel offers this process, tried or not. */
  static ControlGroups offered() {
    try {
      return find(
          Files.readAllLines(Path.of("/proc/self/mountinfo")),
          Files.readAllLines(Path.of("/proc/self/cgroup")));
    } catch (IOException e) {
      return new ControlGroups(List.of()); // no such file system
    }
  }

  /**
   * Returns the hierarchies in which groups may be made, each controller in the first that has it.
   * Version 2 is one hierarchy, wherever it is mounted: a process is in one group of it.
   *
   * @param mounts lines of {@code /proc/self/mountinfo}
   * @param memberships lines of {@code /proc/self/cgroup}
   */
  static ControlGroups find(List<String> mounts, List<String> memberships) {
    List<GroupHierarchy> found = new ArrayList<>();
    List<String> wanted = new ArrayList<>(WANTED);
    for (GroupMount mount : GroupMount.all(mounts)) {
      if (mount.unified() && found.stream().anyMatch(UnifiedHierarchy.class::isInstance)) {
        continue;
      }
      Optional<GroupHierarchy> hierarchy =
          mount.unified()
              ? UnifiedHierarchy.find(mount, memberships, wanted)
              : VersionOneHierarchy.find(mount, memberships, wanted);
      hierarchy.ifPresent(found::add);
      hierarchy.ifPresent(each -> wanted.removeAll(each.controllers()));
    }
    return new ControlGroups(found);
  }

  /** A group that nothing can be moved to is none; a busy machine may take long to tell. */
  private boolean works() {
    try (ControlGroup group = open(SandboxLimits.defaults())) {
      Process trial = new ProcessBuilder(group.joined(List.of("true"))).start();
      return trial.waitFor(60, TimeUnit.SECONDS) && trial.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Makes a group, a folder in each hierarchy; the caller closes it. */
  ControlGroup open(SandboxLimits limits) throws IOException {
    String name =
        "silotune-%d-%d".formatted(ProcessHandle.current().pid(), NUMBER.incrementAndGet());
    List<ControlGroup.Part> parts = new ArrayList<>();
    try {
      for (GroupHierarchy hierarchy : hierarchies) {
        Path folder = Files.createDirectory(hierarchy.parent().resolve(name));
        parts.add(new ControlGroup.Part(hierarchy, folder));
        limit(hierarchy, folder, limits);
      }
      return new ControlGroup(parts);
    } catch (IOException e) {
      new ControlGroup(parts).close();
      throw e;
    }
  }

  private static void limit(GroupHierarchy hierarchy, Path folder, SandboxLimits limits)
      throws IOException {
    if (hierarchy.controllers().contains("memory")) {
      // The program's folder lies in memory too.
      long mib = (long) limits.memoryMib() + limits.folderMib();
      hierarchy.limitMemory(folder, mib << 20);
    }
    if (hierarchy.controllers().contains("pids")) {
      int processes = limits.processes() + ControlGroup.OWN_PROCESSES;
      GroupHierarchy.set(folder, "pids.max", Integer.toString(processes));
    }
  }
}
