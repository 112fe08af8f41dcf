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
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.fed.FederationException;

final class RunDirectoryTest {

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
    claim("a").close();
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
              "Cannot resume run a with another configuration: clip-norm: was absent, now 1.0; seed: was 1, now 2; use another run id");
    }
  }

  @Test
  void anotherModelOrProfileIsRefusedAndOtherVersionsAreNot() {
    NumericProfile profile = new NumericProfile("2.7.1", "avx2", "float32", 1, 1024, 256);
    NumericProfile other = new NumericProfile("2.7.1", "avx512", "float32", 1, 1024, 256);
    try (RunDirectory run = claim("a")) {
      run.describe(manifest("m1", profile, "0.1"));
      run.describe(manifest("m1", profile, "0.2"));
      assertThatThrownBy(() -> run.describe(manifest("m2", other, "0.1")))
          .hasMessage(
              "Cannot resume run a with another manifest: profile.cpu-capability: was avx2, now avx512; sha256.model: was m1, now m2; use another run id");
      assertThat(run.manifest().orElseThrow()).isEqualTo(manifest("m1", profile, "0.1"));
    }
  }

  @Test
  void whatAnEarlierProcessLeftUnfinishedIsRemoved() throws IOException {
    claim("a").close();
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
        LeaseRunLock.take(storage, "a", now, Duration.ofMinutes(1), Duration.ofMillis(50));
    byte[] taken = storage.read(LeaseRunLock.FILE).orElseThrow();
    assertThatThrownBy(() -> LeaseRunLock.take(storage, "a", now, Duration.ofMinutes(1)))
        .isInstanceOf(RunInUseException.class)
        .hasMessageMatching(
            "Cannot start run a: .*lease.json is held by .* until .*; wait for it to end or to expire, or use another run id");
    while (Arrays.equals(storage.read(LeaseRunLock.FILE).orElse(taken), taken)) {
      Thread.sleep(10); // until it was renewed
    }
    first.requireHeld();
    first.close();
    assertThat(output.resolve("lease.json")).doesNotExist();

    LeaseRunLock paused = LeaseRunLock.take(storage, "a", now, Duration.ofHours(1));
    Clock tomorrow = Clock.fixed(Instant.now().plus(Duration.ofDays(1)), ZoneOffset.UTC);
    LeaseRunLock second = LeaseRunLock.take(storage, "a", tomorrow, Duration.ofMinutes(1));
    assertThatThrownBy(paused::requireHeld)
        .isInstanceOf(RunInUseException.class)
        .hasMessageEndingWith("expired or was taken over");
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
              storage, "a", Clock.systemUTC(), Duration.ofSeconds(30), Duration.ofMillis(1))
          .close();
    }
    LeaseRunLock.take(storage, "a", Clock.systemUTC(), Duration.ofMinutes(1)).close();
  }

  @Test
  void environmentVariablesThatChangeBitsAreRefused() {
    NumericProfile.requireCleanEnvironment(
        Map.of("OMP_DYNAMIC", "false", "OMP_THREAD_LIMIT", "4", "PATH", "/bin"), 2);
    Map<String, String> bad =
        Map.of(
            "OMP_DYNAMIC", "true",
            "OMP_THREAD_LIMIT", "1",
            "ATEN_CPU_CAPABILITY", "avx2",
            "ONEDNN_MAX_CPU_ISA", "AVX2",
            "DNNL_VERBOSE", "1",
            "MKL_CBWR", "AVX2");
    bad.forEach(
        (name, value) ->
            assertThatThrownBy(() -> NumericProfile.requireCleanEnvironment(Map.of(name, value), 2))
                .isInstanceOf(FederationException.class)
                .hasMessage(
                    "Invalid environment variable %s=%s: it changes the bits of results; unset it for the driver and every executor"
                        .formatted(name, value)));
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

  private static RunManifest manifest(String model, NumericProfile profile, String version) {
    return new RunManifest(
        7,
        new TreeMap<>(Map.of("model", model)),
        profile,
        new TreeMap<>(Map.of("silotune", version)));
  }
}
