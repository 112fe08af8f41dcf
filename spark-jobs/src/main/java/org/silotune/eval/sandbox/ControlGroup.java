package org.silotune.eval.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The control group of one run: the kernel counts what all of its processes hold, in whatever form,
 * and ends them all where that is too much.
 *
 * @param folder the group
 */
record ControlGroup(Path folder) implements AutoCloseable {

  /** How many processes the sandbox itself has beside the program's. */
  static final int OWN_PROCESSES = 16;

  private static final int REMOVALS = 100;
  private static final int BETWEEN_MILLIS = 10;

  /** Returns a command that is in the group before it does anything else. */
  List<String> joined(List<String> command) {
    List<String> joined = new ArrayList<>();
    joined.addAll(
        List.of(
            "/bin/sh",
            "-c",
            "echo 0 > \"$0\" && exec \"$@\"",
            folder.resolve("cgroup.procs").toString()));
    joined.addAll(command);
    return joined;
  }

  /** Returns whether the kernel ended processes of it for their memory. */
  boolean ranOutOfMemory() {
    try {
      return Files.readAllLines(folder.resolve("memory.events")).stream()
          .anyMatch(line -> line.startsWith("oom_kill ") && !line.equals("oom_kill 0"));
    } catch (IOException e) {
      return false; // it limits no memory
    }
  }

  /** Ends what is left of it and removes it. */
  @Override
  public void close() {
    try {
      if (Files.exists(folder.resolve("cgroup.kill"))) {
        Files.writeString(folder.resolve("cgroup.kill"), "1\n");
      }
    } catch (IOException e) {
      // What made it has ended, and with it the namespace of all that is in it.
    }
    for (int i = 0; i < REMOVALS; i++) {
      try {
        Files.deleteIfExists(folder);
        return;
      } catch (IOException e) {
        pause(); // the last process is being reaped
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(BETWEEN_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
