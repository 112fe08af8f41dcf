package org.silotune.eval.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The files of control groups, in a folder that looks like a mount; and what the kernel makes of
 * them where it offers any.
 */
final class ControlGroupsTest {

  private static final List<String> BOTH = List.of("memory", "pids");
  private static final SandboxLimits SMALL =
      new SandboxLimits(Duration.ofSeconds(20), Duration.ofSeconds(20), 16, 256, 16, 64);

  @TempDir private Path root;

  @Test
  void aGroupIsMadeBesideOnesOwnWhereItsParentPassesControllersOn() throws IOException {
    unified("", "memory pids cpu");
    unified("service", "cpu memory pids");
    unified("service/own", "");
    var found = ControlGroups.find(List.of(mount2(root)), List.of("1:cpu:/x", "0::/service/own"));
    assertThat(found.hierarchies())
        .containsExactly(new UnifiedHierarchy(root.resolve("service"), BOTH));
  }

  @Test
  void theFolderThatPassesBothOnIsTakenBeforeANearerOneThatPassesOne() throws IOException {
    unified("", "memory pids");
    unified("service", "pids");
    unified("service/own", "");
    var mounts = List.of(mount2(root), mount2(root.resolve("service")));
    assertThat(ControlGroups.find(mounts, List.of("0::/service/own")).hierarchies())
        .containsExactly(new UnifiedHierarchy(root, BOTH));
  }

  @Test
  void versionTwoIsOneHierarchyWhereverItIsMounted() throws IOException {
    unified("a", "pids");
    unified("b", "memory");
    var mounts = List.of(mount2(root.resolve("a")), mount2(root.resolve("b")));
    assertThat(ControlGroups.find(mounts, List.of("0::/")).hierarchies())
        .containsExactly(new UnifiedHierarchy(root.resolve("a"), List.of("pids")));
  }

  @Test
  void inVersionOneAGroupIsMadeBelowOnesOwn() throws IOException {
    group("memory/service/own");
    group("pids");
    var found =
        ControlGroups.find(
            List.of(
                mount1("cpu", "/", "rw,cpu,cpuacct"),
                mount1("memory", "/", "rw,memory"),
                mount1("pids", "/box", "rw,pids")),
            List.of("4:memory:/service/own", "2:cpu,cpuacct:/", "8:pids:/box", "0::/"));
    assertThat(found.hierarchies())
        .containsExactly(
            new VersionOneHierarchy(root.resolve("memory/service/own"), List.of("memory")),
            new VersionOneHierarchy(root.resolve("pids"), List.of("pids")));
  }

  @Test
  void eachControllerIsTakenWhereItIs() throws IOException {
    unified("unified", "hugetlb pids");
    group("both");
    var one = mount1("both", "/", "rw,memory,pids");
    var two = mount2(root.resolve("unified"));
    var memberships = List.of("4:memory,pids:/", "0::/");
    assertThat(ControlGroups.find(List.of(two, one), memberships).hierarchies())
        .containsExactly(
            new UnifiedHierarchy(root.resolve("unified"), List.of("pids")),
            new VersionOneHierarchy(root.resolve("both"), List.of("memory")));
    assertThat(ControlGroups.find(List.of(one, two), memberships).hierarchies())
        .containsExactly(new VersionOneHierarchy(root.resolve("both"), BOTH));
  }

  @Test
  void withoutControllersOrMembershipThereIsNone() throws IOException {
    unified("", "cpu");
    unified("own", "");
    group("memory");
    var two = List.of(mount2(root));
    var one = List.of(mount1("memory", "/a", "rw,memory"));
    assertThat(ControlGroups.find(two, List.of("0::/own")).hierarchies()).isEmpty();
    assertThat(ControlGroups.find(two, List.of("4:memory:/own")).hierarchies()).isEmpty();
    assertThat(ControlGroups.find(two, List.of("0::/../../elsewhere")).hierarchies()).isEmpty();
    assertThat(ControlGroups.find(List.of(mount2(root.resolve("none"))), List.of("0::/")))
        .isEqualTo(new ControlGroups(List.of()));
    assertThat(ControlGroups.find(one, List.of("4:memory:/b")).hierarchies()).isEmpty();
    assertThat(ControlGroups.find(one, List.of("4:memory:/a/none")).hierarchies()).isEmpty();
    assertThat(ControlGroups.find(one, List.of("4:memory:/a/../..")).hierarchies()).isEmpty();
    assertThat(ControlGroups.find(List.of("no mount", ""), List.of("0::/", "")).hierarchies())
        .isEmpty();
  }

  @Test
  void aGroupLimitsMemoryWithTheFolderAndProcessesWithTheSandboxs() throws IOException {
    unified("", "memory pids");
    var groups = ControlGroups.find(List.of(mount2(root)), List.of("0::/"));
    var group = groups.open(SandboxLimits.defaults());
    var folder = group.parts().get(0).folder();
    assertThat(folder.getParent()).isEqualTo(root);
    assertThat(folder.resolve("memory.max")).hasContent(Long.toString((1024L + 64) << 20));
    assertThat(folder.resolve("memory.oom.group")).hasContent("1");
    assertThat(folder.resolve("pids.max")).hasContent("80");
    assertThat(group.ranOutOfMemory()).isFalse();
    Files.writeString(folder.resolve("memory.events"), "oom 1\noom_kill 0\n");
    assertThat(group.ranOutOfMemory()).isFalse();
    Files.writeString(folder.resolve("memory.events"), "oom 1\noom_kill 3\n");
    assertThat(group.ranOutOfMemory()).isTrue();
  }

  @Test
  void aGroupOfVersionOneHasAFolderForEachController() throws IOException {
    group("memory");
    group("pids");
    var groups =
        ControlGroups.find(
            List.of(mount1("memory", "/", "memory"), mount1("pids", "/", "pids")),
            List.of("1:memory:/", "2:pids:/"));
    var group = groups.open(SandboxLimits.defaults());
    var memory = group.parts().get(0).folder();
    var pids = group.parts().get(1).folder();
    assertThat(memory.getParent()).isEqualTo(root.resolve("memory"));
    assertThat(pids.getParent()).isEqualTo(root.resolve("pids"));
    assertThat(memory.resolve("memory.limit_in_bytes"))
        .hasContent(Long.toString((1024L + 64) << 20));
    assertThat(pids.resolve("pids.max")).hasContent("80");
    assertThat(pids.resolve("memory.limit_in_bytes")).doesNotExist();
    assertThat(group.joined(List.of("true")))
        .endsWith(memory + "/cgroup.procs", pids + "/cgroup.procs", "--", "true");
    assertThat(group.ranOutOfMemory()).isFalse();
    Files.writeString(memory.resolve("memory.oom_control"), "under_oom 0\noom_kill 1\n");
    assertThat(group.ranOutOfMemory()).isTrue();
  }

  @Test
  @Tag("sandbox")
  void whatTheKernelOffersWorks() {
    var offered = ControlGroups.offered();
    assumeThat(offered.hierarchies()).as("the kernel offers groups").isNotEmpty();
    assertThat(ControlGroups.ofThisProcess()).contains(offered);
  }

  @Test
  @Tag("sandbox")
  void aProgramIsInItsGroupAndEndsWithIt() throws Exception {
    var groups = ControlGroups.offered();
    assumeThat(groups.hierarchies()).as("the kernel offers groups").isNotEmpty();
    var group = groups.open(SandboxLimits.defaults());
    var process =
        new ProcessBuilder(
                group.joined(List.of("sh", "-c", "cat /proc/self/cgroup; echo; exec sleep 60")))
            .start();
    var lines = process.inputReader().lines().takeWhile(line -> !line.isEmpty()).toList();
    for (var part : group.parts()) {
      assertThat(lines).anyMatch(line -> line.endsWith("/" + part.folder().getFileName()));
    }
    group.close();
    assertThat(process.waitFor(5, TimeUnit.SECONDS)).isTrue();
    assertThat(group.parts()).allSatisfy(part -> assertThat(part.folder()).doesNotExist());
  }

  /** Nothing else limits this program: it is in a group, and not in a sandbox. */
  @Test
  @Tag("sandbox")
  void whoEatsTwoGigabytesIsEndedByItsMemoryGroup() throws Exception {
    var groups = offering("memory");
    try (var group = groups.open(SMALL)) {
      var eater = "echo begins; exec head -c 2G /dev/zero | tail -c 2G | wc -c";
      var process =
          new ProcessBuilder(group.joined(List.of("sh", "-c", eater)))
              .redirectErrorStream(true)
              .start();
      var lines = process.inputReader().lines().toList();
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(lines).contains("begins").doesNotContain(Long.toString(2L << 30));
      assertThat(group.ranOutOfMemory()).isTrue();
    }
  }

  @Test
  @Tag("sandbox")
  void whoForksWithoutEndMeetsTheLimitOfItsGroup() throws Exception {
    var groups = offering("pids");
    var bomb =
        """
        import os, sys, time
        for i in range(1000):
            try:
                if os.fork() == 0:
                    time.sleep(60)
            except OSError as e:
                sys.exit('%d %s' % (i, e.strerror))
        """;
    var group = groups.open(SMALL);
    try (group) {
      var process =
          new ProcessBuilder(group.joined(List.of("/usr/bin/python3", "-c", bomb)))
              .redirectErrorStream(true)
              .start();
      // Its children live on, and hold the pipe.
      assertThat(process.inputReader().readLine()).isEqualTo("31 Resource temporarily unavailable");
      group.close();
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(group.parts()).allSatisfy(part -> assertThat(part.folder()).doesNotExist());
  }

  private static ControlGroups offering(String controller) {
    var offered = ControlGroups.offered();
    assumeThat(offered.hierarchies())
        .as("the kernel offers groups for %s", controller)
        .anyMatch(hierarchy -> hierarchy.controllers().contains(controller));
    return offered;
  }

  private static String mount2(Path point) {
    return "41 31 0:38 / %s rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate".formatted(point);
  }

  private String mount1(String name, String seen, String options) {
    return "35 31 0:32 %s %s rw,relatime - cgroup cgroup %s"
        .formatted(seen, root.resolve(name), options);
  }

  private void unified(String name, String passedOn) throws IOException {
    Files.writeString(group(name).resolve("cgroup.subtree_control"), passedOn + "\n");
  }

  private Path group(String name) throws IOException {
    var folder = Files.createDirectories(root.resolve(name));
    Files.writeString(folder.resolve("cgroup.procs"), "");
    return folder;
  }
}
