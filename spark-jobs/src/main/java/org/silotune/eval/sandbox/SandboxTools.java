package org.silotune.eval.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.silotune.eval.EvaluationException;

/**
 * The tools that a sandbox finds: those that build it, and those that it shows to programs, which
 * lie below {@code /usr} or {@code /opt}, the folders that every user may read.
 *
 * @param folders that are searched, in order
 */
record SandboxTools(List<Path> folders) {

  /** What programs see of this machine, read-only. */
  static final List<String> BOUND =
      List.of(
          "/usr",
          "/opt",
          "/bin",
          "/sbin",
          "/lib",
          "/lib32",
          "/lib64",
          "/etc/alternatives",
          "/etc/ld.so.cache",
          "/etc/java-*");

  private static final List<String> OWN =
      List.of("sh", "unshare", "setpriv", "prlimit", "timeout", "mount", "umount", "pivot_root");

  SandboxTools {
    folders = List.copyOf(folders);
  }

  /** Returns the tools of this machine, whatever the path of the process is. */
  static SandboxTools ofThisMachine() {
    return new SandboxTools(
        List.of(
            Path.of("/usr/local/bin"),
            Path.of("/usr/bin"),
            Path.of("/bin"),
            Path.of("/usr/sbin"),
            Path.of("/sbin"),
            Path.of("/usr/local/go/bin")));
  }

  /**
   * Checks that a sandbox can be built.
   *
   * @throws EvaluationException if a tool is missing
   */
  void requireOwn() {
    for (String tool : OWN) {
      if (find(tool).isEmpty()) {
        throw new EvaluationException(
            "Cannot run generated code: there is no %s in %s to isolate it with; install util-linux and coreutils, or leave tasks of code out"
                .formatted(tool, path()));
      }
    }
  }

  /** Returns a tool's path, if it is there and programs can see it. */
  Optional<Path> find(String tool) {
    return folders.stream().map(folder -> folder.resolve(tool)).filter(this::isUsable).findFirst();
  }

  /** Returns why programs of a language cannot be run, if they cannot. */
  Optional<String> missing(List<String> build, List<String> run) {
    for (List<String> command : List.of(build, run)) {
      if (!command.isEmpty() && !command.get(0).contains("/") && find(command.get(0)).isEmpty()) {
        return Optional.of("no %s in %s".formatted(command.get(0), path()));
      }
    }
    return Optional.empty();
  }

  /** Returns the folders as the variable PATH. */
  String path() {
    return String.join(":", folders.stream().map(Path::toString).toList());
  }

  private boolean isUsable(Path tool) {
    try {
      String real = tool.toRealPath().toString();
      return Files.isExecutable(tool)
          && BOUND.stream().anyMatch(root -> real.startsWith(root + "/"));
    } catch (IOException e) {
      return false; // it is not there
    }
  }
}
