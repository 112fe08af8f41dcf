package org.silotune.eval.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.silotune.eval.EvaluationException;

/**
 * What the inside of a sandbox says of itself before a program runs, and whether that is enough.
 */
final class Isolation {

  private static final String READY = "silotune-sandbox ";
  private static final List<String> KINDS = List.of("user", "pid", "net", "mnt");

  private Isolation() {}

  /** Returns whether an output begins with what the inside says. */
  static boolean isSaid(String output) {
    return output.startsWith(READY);
  }

  /** Returns the namespaces of this process, in the order of the kinds. */
  static List<String> ofThisProcess() {
    List<String> own = new ArrayList<>();
    for (String kind : KINDS) {
      try {
        own.add(Files.readSymbolicLink(Path.of("/proc/self/ns/" + kind)).toString());
      } catch (IOException e) {
        throw new EvaluationException(
            "Cannot run generated code: the namespaces of this process cannot be read: %s"
                .formatted(e.getMessage()),
            e);
      }
    }
    return own;
  }

  /**
   * Checks that namespaces are not those of this process, and the user is not root.
   *
   * @param lines of the output, in the first of which the inside says what it is
   * @param status of a sandbox that says nothing
   * @throws EvaluationException if they are, or nothing is said
   */
  static void require(List<String> lines, int status) {
    if (lines.isEmpty() || !isSaid(lines.get(0))) {
      throw new EvaluationException(
          "Cannot run generated code: it could not be isolated: %s; allow unprivileged user namespaces, or leave tasks of code out"
              .formatted(lines.isEmpty() ? "status " + status : String.join(" / ", lines)));
    }
    List<String> outside = ofThisProcess();
    String[] inside = lines.get(0).substring(READY.length()).split(" ", -1);
    for (int i = 0; i < KINDS.size(); i++) {
      if (inside.length != KINDS.size() + 1
          || inside[i].isEmpty()
          || inside[i].equals(outside.get(i))) {
        throw new EvaluationException(
            "Cannot run generated code: it would share the %s namespace of this process; leave tasks of code out on this machine"
                .formatted(KINDS.get(i)));
      }
    }
    if (inside[KINDS.size()].equals("0")) {
      throw new EvaluationException(
          "Cannot run generated code: it would run as root; leave tasks of code out on this machine");
    }
  }
}
