package org.silotune.fed.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class OsRunLockTest {

  private static final RunLock.Held RUN = RunLock.Held.run("a");

  @TempDir private Path output;

  @Test
  void aFileThatWasRemovedBetweenItsOpeningAndItsLockIsNoLock() throws IOException {
    Path file = output.resolve(".lock");
    OsRunLock first = OsRunLock.take(file, RUN);
    FileChannel opened = OsRunLock.open(file);
    first.closeAndRemove();

    OsRunLock third = OsRunLock.take(file, RUN);
    assertThatThrownBy(() -> OsRunLock.lock(file, opened, RUN))
        .isInstanceOf(RunInUseException.class)
        .hasMessage(
            "Cannot start run a: another process holds %s; wait for it to end, or use another run id",
            file);
    third.requireHeld();
    third.close();
    assertThatThrownBy(third::requireHeld)
        .isInstanceOf(RunInUseException.class)
        .hasMessage(
            "Cannot go on with run a: its lock %s was given up; start it again once no other process holds it",
            file);
  }

  @Test
  void whoIsRefusedDoesNotGiveUpTheLockOfItsOwnProcess() throws Exception {
    Path file = output.resolve(".lock");
    try (OsRunLock held = OsRunLock.take(file, RUN)) {
      assertThatThrownBy(() -> OsRunLock.take(file, RUN)).isInstanceOf(RunInUseException.class);
      assertThat(lockInAnotherProcess(file)).isEqualTo("refused");
      held.requireHeld();
    }
    assertThat(lockInAnotherProcess(file)).isEqualTo("locked");
  }

  @Test
  @Timeout(60)
  void ofManyWhoComeAndGoOneHoldsTheRunAtATime() throws Exception {
    AtomicInteger holders = new AtomicInteger();
    AtomicInteger claims = new AtomicInteger();
    Callable<Integer> visitor =
        () -> {
          int most = 0;
          for (int i = 0; i < 60; i++) {
            try (RunDirectory run =
                RunDirectory.claim(output.toString(), "a", new Configuration())) {
              most = Math.max(most, holders.incrementAndGet());
              assertThat(run.storage().exists("run.json")).isTrue();
              claims.incrementAndGet();
              holders.decrementAndGet();
            } catch (RunInUseException e) {
              Thread.sleep(1);
            }
          }
          return most;
        };
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      List<Future<Integer>> ends = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        ends.add(threads.submit(visitor));
      }
      for (Future<Integer> end : ends) {
        assertThat(end.get()).isLessThanOrEqualTo(1);
      }
    } finally {
      threads.shutdownNow();
      assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(claims.get()).isPositive();
    assertThat(output.resolve("a")).doesNotExist();
  }

  /** Says whether a process of its own can lock the file. */
  private static String lockInAnotherProcess(Path file) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Locker.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    assertThat(process.waitFor()).isZero();
    return said;
  }

  /** The other process. */
  static final class Locker {

    private Locker() {}

    public static void main(String... arguments) throws IOException {
      try (FileChannel channel = OsRunLock.open(Path.of(arguments[0]))) {
        System.out.println(channel.tryLock() == null ? "refused" : "locked");
      }
    }
  }
}
