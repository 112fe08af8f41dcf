package org.silotune.eval.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where this process may make control groups (version 2): a folder above its own group, for a group
 * that holds processes passes no controller on.
 *
 * @param parent of the groups
 * @param controllers that the groups have
 */
record ControlGroups(Path parent, List<String> controllers) {

  private static final Path ROOT = Path.of("/sys/fs/cgroup");
  private static final List<String> NEEDED = List.of("memory", "pids");
  private static final AtomicLong MADE = new AtomicLong();

  ControlGroups {
    controllers = List.copyOf(controllers);
  }

  /** Returns them, if this process may make groups that limit memory and processes. */
  static Optional<ControlGroups> ofThisProcess() {
    try {
      return find(ROOT, Files.readAllLines(Path.of("/proc/self/cgroup")), NEEDED)
          .filter(ControlGroups::works);
    } catch (IOException e) {
      return Optional.empty(); // no such file system
    }
  }

  /**
   * Returns the nearest folder that passes controllers on and may be written to.
   *
   * @param root of the groups' file system
   * @param memberships lines of {@code /proc/self/cgroup}
   */
  static Optional<ControlGroups> find(
      Path root, List<String> memberships, List<String> controllers) {
    Optional<Path> own =
        memberships.stream()
            .filter(line -> line.startsWith("0::/"))
            .map(line -> root.resolve(line.substring("0::/".length())).normalize())
            .filter(folder -> folder.startsWith(root))
            .findFirst();
    for (Path folder = own.orElse(root.getParent());
        folder != null && folder.startsWith(root);
        folder = folder.getParent()) {
      if (passesOn(folder, controllers)) {
        return Optional.of(new ControlGroups(folder, controllers));
      }
    }
    return Optional.empty();
  }

  private static boolean passesOn(Path folder, List<String> controllers) {
    try {
      String passed = Files.readString(folder.resolve("cgroup.subtree_control"));
      return List.of(passed.strip().split(" ", -1)).containsAll(controllers)
          && Files.isWritable(folder)
          && Files.isWritable(folder.resolve("cgroup.procs"));
    } catch (IOException e) {
      return false; // version 1, or no group at all
    }
  }

  /** A group that nothing can be moved to is none. */
  private boolean works() {
    try (ControlGroup group = open(SandboxLimits.defaults())) {
      Process trial = new ProcessBuilder(group.joined(List.of("true"))).start();
      return trial.waitFor(5, TimeUnit.SECONDS) && trial.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Makes a group; the caller closes it. */
  ControlGroup open(SandboxLimits limits) throws IOException {
    Path folder =
        parent.resolve(
            "silotune-%d-%d".formatted(ProcessHandle.current().pid(), MADE.incrementAndGet()));
    ControlGroup group = new ControlGroup(Files.createDirectory(folder));
    try {
      if (controllers.contains("memory")) {
        // The program's folder lies in memory too.
        long mib = (long) limits.memoryMib() + limits.folderMib();
        set(folder, "memory.max", Long.toString(mib << 20));
        set(folder, "memory.oom.group", "1");
        if (Files.exists(folder.resolve("memory.swap.max"))) {
          set(folder, "memory.swap.max", "0");
        }
      }
      if (controllers.contains("pids")) {
        set(folder, "pids.max", Integer.toString(limits.processes() + ControlGroup.OWN_PROCESSES));
      }
      return group;
    } catch (IOException e) {
      group.close();
      throw e;
    }
  }

  private static void set(Path folder, String name, String value) throws IOException {
    Files.writeString(folder.resolve(name), value + "\n", StandardCharsets.US_ASCII);
  }
}
