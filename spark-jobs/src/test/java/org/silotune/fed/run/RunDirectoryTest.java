package org.silotune.fed.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.fed.FederationException;

final class RunDirectoryTest {

  private static final RunLock.Held RUN = RunLock.Held.run("a");

  @TempDir private Path output;

  @Test
  void aSecondHolderIsRefusedUntilTheFirstIsGone() {
    try (RunDirectory first = claim("a")) {
      assertThat(first.runId()).isEqualTo("a");
      assertThatThrownBy(() -> claim("a"))
          .isInstanceOf(RunInUseException.class)
          .hasMessage(
              "Cannot start run a: another process holds %s; wait for it to end, or use another run id"
                  .formatted(output.resolve("a/.lock")));
    }
    claim("a").close();
  }

  @Test
  void aFolderThatHoldsSomethingElseIsRefused() throws IOException {
    Files.createDirectories(output.resolve("a"));
    Files.writeString(output.resolve("a/thesis.txt"), "years of work");

    assertThatThrownBy(() -> claim("a"))
        .isInstanceOf(FederationException.class)
        .hasMessage(
            "Cannot use file:%s for run a: it holds thesis.txt and no run; choose another output folder or run id"
                .formatted(output.resolve("a")));
  }

  @Test
  void aFolderThatHoldsAnotherRunIsRefused() throws IOException {
    begin("a");
    Files.move(output.resolve("a"), output.resolve("b"));

    assertThatThrownBy(() -> claim("b"))
        .isInstanceOf(FederationException.class)
        .hasMessage(
            "Cannot use file:%s for run b: it holds run a; choose another output folder or run id"
                .formatted(output.resolve("b")));
    assertThatThrownBy(
            () -> RunDirectory.claim(output.resolve("b").toString(), "c", new Configuration()))
        .hasMessage(
            "Cannot use file:%s for run c: it is itself run a; choose another output folder or run id"
                .formatted(output.resolve("b")));
  }

  @Test
  void runIdsThatAreNoFolderNamesAreRefused() {
    assertThatThrownBy(() -> claim("../a"))
        .isInstanceOf(FederationException.class)
        .hasMessage(
            "Invalid run id '../a': must be 1 to 100 letters, digits, dots, dashes or underscores, starting with a letter or digit");
  }

  @Test
  void anotherConfigurationIsRefusedWithTheDifference() {
    try (RunDirectory run = claim("a")) {
      run.configure(config("seed", "1", "rounds", "3", "cluster.master", "x"), k -> false);
    }
    try (RunDirectory run = claim("a")) {
      run.configure(
          config("seed", "1", "rounds", "9", "cluster.master", "y"),
          key -> key.equals("rounds") || key.startsWith("cluster."));
      assertThatThrownBy(
              () ->
                  run.configure(
                      config("seed", "2", "rounds", "9", "clip-norm", "1.0"),
                      key -> key.startsWith("cluster.")))
          .isInstanceOf(FederationException.class)
          .hasMessage(
              "Cannot resume run a with another configuration: clip-norm: was absent, now 1.0; seed: was 1, now 2; undo the change, or use another run id");
    }
  }

  @Test
  void anotherModelIsRefusedAndOtherVersionsAreNot() {
    RunManifest first = TestManifest.of("m1");
    try (RunDirectory run = claim("a")) {
      assertThat(run.describe(first, false)).isEmpty();
      assertThat(run.describe(withVersion(first, "0.2"), true)).isEmpty();
      assertThatThrownBy(() -> run.describe(TestManifest.of("m2"), false))
          .isInstanceOf(RunMismatchException.class)
          .hasMessage(
              "Cannot resume run a with another manifest: sha256.model: was m1, now m2; undo the change, or use another run id");
      assertThat(run.manifest()).contains(first);
    }
  }

  @Test
  void anotherProfileIsRefusedWhereTheRunIsExactAndElseKeptAsAWarning() {
    RunManifest first = TestManifest.of("m");
    RunManifest other = TestManifest.of("m", TestManifest.profile("avx512", Map.of()));
    try (RunDirectory run = claim("a")) {
      assertThat(run.describe(first, true)).isEmpty();
      assertThatThrownBy(() -> run.describe(other, true))
          .isInstanceOf(RunMismatchException.class)
          .hasMessage(
              "Cannot resume run a with another numeric profile: cpu-capability: was avx2, now avx512; undo the change, or use another run id");
      assertThat(run.manifest()).contains(first);

      String warning =
          "Run a goes on with another numeric profile: cpu-capability: was avx2, now avx512; its bits are not those of one profile";
      assertThat(run.describe(other, false)).contains(warning);
      assertThat(run.describe(other, false)).contains(warning);
      assertThat(run.manifest()).contains(first.withWarning(warning));
    }
  }

  @Test
  void aGuardedVariableOfAnotherValueIsRefusedWhetherTheRunIsExactOrNot() {
    Map<String, String> strict = Map.of("MKL_CBWR", "AVX2,STRICT");
    try (RunDirectory run = claim("a")) {
      run.describe(TestManifest.of("m", TestManifest.profile("avx2", strict)), false);
      assertThat(run.describe(TestManifest.of("m", TestManifest.profile("avx2", strict)), true))
          .isEmpty();
      assertThatThrownBy(() -> run.describe(TestManifest.of("m"), false))
          .isInstanceOf(RunMismatchException.class)
          .hasMessage(
              "Cannot resume run a with another numeric profile: environment.MKL_CBWR: was AVX2,STRICT, now absent; undo the change, or use another run id");
    }
  }

  @Test
  void whatAnEarlierProcessLeftUnfinishedIsRemoved() throws IOException {
    begin("a");
    Path leftover = output.resolve("a/checkpoints/.tmp-round-00002");
    Files.createDirectories(leftover);
    Files.writeString(leftover.resolve("round.json"), "{");

    claim("a").close();

    assertThat(leftover).doesNotExist();
  }

  @Test
  void aReplacementCutShortAtItsLastStepIsStillFound() throws IOException {
    try (RunDirectory run = claim("a")) {
      run.configure(config("rounds", "3"), k -> true);
    }
    Files.move(output.resolve("a/config.json"), output.resolve("a/.new-config.json"));

    try (RunDirectory run = claim("a")) {
      assertThatThrownBy(() -> run.configure(config("rounds", "4"), k -> false))
          .hasMessageContaining("rounds: was 3, now 4");
    }
  }

  @Test
  @Timeout(60)
  void aLeaseIsRenewedTakenOverWhenExpiredAndFoundOutWhenLost() throws Exception {
    RunStorage storage = RunStorage.at(output.toString(), new Configuration());
    Clock now = Clock.systemUTC();
    LeaseRunLock first =
        LeaseRunLock.take(storage, RUN, now, Duration.ofMinutes(1), Duration.ofMillis(50));
    byte[] taken = storage.read(LeaseRunLock.FILE).orElseThrow();
    assertThatThrownBy(() -> LeaseRunLock.take(storage, RUN, now, Duration.ofMinutes(1)))
        .isInstanceOf(RunInUseException.class)
        .hasMessageMatching(
            "Cannot start run a: .*lease.json is held by .* until .*; wait for it to end or to expire, or use another run id");
    while (Arrays.equals(storage.read(LeaseRunLock.FILE).orElse(taken), taken)) {
      Thread.sleep(10); // until it was renewed
    }
    first.requireHeld();
    first.close();
    assertThat(output.resolve("lease.json")).doesNotExist();

    LeaseRunLock paused = LeaseRunLock.take(storage, RUN, now, Duration.ofHours(1));
    Clock tomorrow = Clock.fixed(Instant.now().plus(Duration.ofDays(1)), ZoneOffset.UTC);
    LeaseRunLock second = LeaseRunLock.take(storage, RUN, tomorrow, Duration.ofMinutes(1));
    assertThatThrownBy(paused::requireHeld)
        .isInstanceOf(RunInUseException.class)
        .hasMessage(
            "Cannot go on with run a: its lease file:%s/lease.json expired or was taken over; see that the storage can be reached and the clocks agree, and start the run again once no other process holds it: committed rounds stay"
                .formatted(output));
    paused.close();
    second.requireHeld();
    second.close();
    assertThat(output.resolve("lease.json")).doesNotExist();
  }

  @Test
  void aLeaseReleasedWhileItIsBeingRenewedStaysReleased() {
    RunStorage storage = RunStorage.at(output.toString(), new Configuration());
    for (int i = 0; i < 200; i++) { // renewed every millisecond: many closes meet a renewal
      LeaseRunLock.take(
              storage, RUN, Clock.systemUTC(), Duration.ofSeconds(30), Duration.ofMillis(1))
          .close();
    }
    LeaseRunLock.take(storage, RUN, Clock.systemUTC(), Duration.ofMinutes(1)).close();
  }

  @Test
  void aRunThatRecordedNothingLeavesNoFolder() {
    claim("a").close();
    assertThat(output.resolve("a")).doesNotExist();

    begin("b");
    claim("b").close();
    assertThat(output.resolve("b/config.json")).exists();
  }

  private void begin(String runId) {
    try (RunDirectory run = claim(runId)) {
      run.configure(config("rounds", "3"), key -> false);
    }
  }

  private RunDirectory claim(String runId) {
    return RunDirectory.claim(output.toString(), runId, new Configuration());
  }

  private static ResolvedConfig config(String... keysAndValues) {
    TreeMap<String, String> values = new TreeMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      values.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return new ResolvedConfig(values);
  }

  private static RunManifest withVersion(RunManifest manifest, String version) {
    return new RunManifest(
        manifest.seed(),
        manifest.hashes(),
        manifest.profile(),
        new TreeMap<>(Map.of("silotune", version)),
        List.of());
  }
}
