package org.silotune.eval.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The control group of one run: the kernel counts what all of its processes hold, in whatever form,
 * and ends them where that is too much; in version 1 one process after the other, the largest
 * first.
 *
 * @param parts its folders, one in each hierarchy
 */
record ControlGroup(List<Part> parts) implements AutoCloseable {

  /** How many processes the sandbox itself has beside the program's. */
  static final int OWN_PROCESSES = 16;

  private static final int REMOVALS = 1000;
  private static final int BETWEEN_MILLIS = 10;

  /** Its folder in a hierarchy. */
  record Part(GroupHierarchy hierarchy, Path folder) {

    private boolean ranOutOfMemory() {
      try {
        return Files.readAllLines(folder.resolve(hierarchy.memoryEvents())).stream()
            .anyMatch(line -> line.startsWith("oom_kill ") && !line.equals("oom_kill 0"));
      } catch (IOException e) {
        return false; // it limits no memory
      }
    }

    private void kill() {
      try {
        if (Files.exists(folder.resolve("cgroup.kill"))) {
          GroupHierarchy.set(folder, "cgroup.kill", "1");
          return;
        }
        for (String pid : Files.readAllLines(folder.resolve("cgroup.procs"))) {
          ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
        }
      } catch (IOException e) {
        // What made it has ended, and with it the namespace of all that is in it.
      }
    }

    /** Returns whether it is gone. */
    private boolean isRemoved() {
      try {
        Files.deleteIfExists(folder);
        return true;
      } catch (IOException e) {
        return false; // the last process is being reaped
      }
    }
  }

  ControlGroup {
    parts = List.copyOf(parts);
  }

  /** Returns a command that is in the group before it does anything else. */
  List<String> joined(List<String> command) {
    List<String> joined = new ArrayList<>();
    joined.addAll(
        List.of(
            "/bin/sh",
            "-c",
            "while [ \"$1\" != -- ]; do echo 0 > \"$1\" || exit 1; shift; done; shift; exec \"$@\"",
            "sh"));
    parts.forEach(part -> joined.add(part.folder().resolve("cgroup.procs").toString()));
    joined.add("--");
    joined.addAll(command);
    return joined;
  }

  /** Returns whether the kernel ended processes of it for their memory. */
  boolean ranOutOfMemory() {
    return parts.stream().anyMatch(Part::ranOutOfMemory);
  }

  /** Ends what is left of it and removes it, which may take until its processes are reaped. */
  @Override
  public void close() {
    List<Part> left = new ArrayList<>(parts);
    boolean interrupted = false;
    for (int i = 0; i < REMOVALS && !left.isEmpty(); i++) {
      left.forEach(Part::kill);
      left.removeIf(Part::isRemoved);
      try {
        Thread.sleep(left.isEmpty() ? 0 : BETWEEN_MILLIS);
      } catch (InterruptedException e) {
        interrupted = true; // a group is not left behind for that
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
