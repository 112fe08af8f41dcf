package org.silotune.eval.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of control groups; that the kernel keeps what they say is the kernel's business. */
final class ControlGroupsTest {

  private static final List<String> BOTH = List.of("memory", "pids");

  @TempDir private Path root;

  @Test
  void aGroupIsMadeBesideOnesOwnWhereItsParentPassesControllersOn() throws IOException {
    group("", "memory pids cpu");
    group("service", "cpu memory pids");
    group("service/own", "");
    var found = ControlGroups.find(root, List.of("1:cpu:/x", "0::/service/own"), BOTH);
    assertThat(found).contains(new ControlGroups(root.resolve("service"), BOTH));
  }

  @Test
  void withoutControllersOrMembershipThereIsNone() throws IOException {
    group("", "cpu");
    group("own", "");
    assertThat(ControlGroups.find(root, List.of("0::/own"), BOTH)).isEmpty();
    assertThat(ControlGroups.find(root, List.of("4:memory:/own"), BOTH)).isEmpty();
    assertThat(ControlGroups.find(root, List.of("0::/../../elsewhere"), BOTH)).isEmpty();
    assertThat(ControlGroups.find(root.resolve("none"), List.of("0::/"), BOTH)).isEmpty();
  }

  @Test
  void aGroupLimitsMemoryWithTheFolderAndProcessesWithTheSandboxs() throws IOException {
    group("", "memory pids");
    var groups = ControlGroups.find(root, List.of("0::/"), BOTH).orElseThrow();
    var group = groups.open(SandboxLimits.defaults());
    assertThat(group.folder().getParent()).isEqualTo(root);
    assertThat(group.folder().resolve("memory.max")).hasContent(Long.toString((1024L + 64) << 20));
    assertThat(group.folder().resolve("memory.oom.group")).hasContent("1");
    assertThat(group.folder().resolve("pids.max")).hasContent("80");
    assertThat(group.ranOutOfMemory()).isFalse();
    Files.writeString(group.folder().resolve("memory.events"), "oom 1\noom_kill 0\n");
    assertThat(group.ranOutOfMemory()).isFalse();
    Files.writeString(group.folder().resolve("memory.events"), "oom 1\noom_kill 3\n");
    assertThat(group.ranOutOfMemory()).isTrue();
  }

  /** Groups of version 2 without controllers are there beside those of version 1. */
  @Test
  @Tag("sandbox")
  void aProgramIsInItsGroupAndEndsWithIt() throws Exception {
    var unified = Path.of("/sys/fs/cgroup/unified");
    var mount = Files.exists(unified) ? unified : Path.of("/sys/fs/cgroup");
    var groups =
        ControlGroups.find(mount, Files.readAllLines(Path.of("/proc/self/cgroup")), List.of());
    assumeThat(groups).isPresent();
    var group = groups.get().open(SandboxLimits.defaults());
    var process =
        new ProcessBuilder(
                group.joined(List.of("sh", "-c", "cat /proc/self/cgroup; exec sleep 60")))
            .start();
    var line = process.inputReader().lines().filter(each -> each.startsWith("0::")).findFirst();
    assertThat(line.orElseThrow()).endsWith("/" + group.folder().getFileName());
    group.close();
    assertThat(process.waitFor(5, TimeUnit.SECONDS)).isTrue();
    assertThat(group.folder()).doesNotExist();
  }

  private void group(String name, String passedOn) throws IOException {
    var folder = Files.createDirectories(root.resolve(name));
    Files.writeString(folder.resolve("cgroup.subtree_control"), passedOn + "\n");
    Files.writeString(folder.resolve("cgroup.procs"), "");
  }
}
