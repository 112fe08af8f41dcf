package org.silotune.eval.sandbox;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A mounted file system of control groups.
 *
 * @param unified whether it is of version 2, with all controllers in one hierarchy
 * @param root the group that is seen at the mount point
 * @param point where it is mounted
 * @param options of the file system; in version 1 its controllers are among them
 */
record GroupMount(boolean unified, Path root, Path point, List<String> options) {

  GroupMount {
    options = List.copyOf(options);
  }

  /**
   * Returns those that are mounted, in order.
   *
   * @param mounts lines of {@code /proc/self/mountinfo}
   */
  static List<GroupMount> all(List<String> mounts) {
    List<GroupMount> all = new ArrayList<>();
    for (String line : mounts) {
      int dash = line.indexOf(" - ");
      if (dash < 0) {
        continue;
      }
      String[] place = line.substring(0, dash).split(" ", -1);
      String[] kind = line.substring(dash + 3).split(" ", -1);
      if (place.length > 4
          && kind.length > 2
          && (kind[0].equals("cgroup") || kind[0].equals("cgroup2"))) {
        all.add(
            new GroupMount(
                kind[0].equals("cgroup2"),
                Path.of(place[3]),
                Path.of(place[4]),
                List.of(kind[2].split(",", -1))));
      }
    }
    return all;
  }

  /**
   * Returns the folder of this process' own group, if it lies below the mount point.
   *
   * @param memberships lines of {@code /proc/self/cgroup}: number, controllers, group
   */
  Optional<Path> own(List<String> memberships) {
    return memberships.stream()
        .map(line -> line.split(":", 3))
        .filter(words -> words.length == 3 && isOf(words[1]))
        .map(words -> Path.of(words[2]))
        .filter(group -> group.startsWith(root))
        .map(group -> point.resolve(root.relativize(group)).normalize())
        .filter(folder -> folder.startsWith(point))
        .findFirst();
  }

  private boolean isOf(String controllers) {
    return unified
        ? controllers.isEmpty()
        : !controllers.isEmpty() && options.containsAll(List.of(controllers.split(",", -1)));
  }
}
