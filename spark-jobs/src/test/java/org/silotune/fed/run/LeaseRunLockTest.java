package org.silotune.fed.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class LeaseRunLockTest {

  private static final RunLock.Held RUN = RunLock.Held.run("a");

  @TempDir private Path output;

  @Test
  @Timeout(60)
  void aRenewalThatFailsIsNotTheLast() throws InterruptedException {
    Configuration hadoop = new Configuration();
    hadoop.set("fs.fulldisk.impl", FullDiskFileSystem.class.getName());
    RunStorage storage = RunStorage.at("fulldisk://" + output, hadoop);
    FullDiskFileSystem.ROOM.set(Long.MAX_VALUE);
    LeaseRunLock lock =
        LeaseRunLock.take(
            storage, RUN, Clock.systemUTC(), Duration.ofMinutes(1), Duration.ofMillis(10));
    FullDiskFileSystem.ROOM.set(0);
    Thread.sleep(200);
    byte[] full = storage.read(LeaseRunLock.FILE).orElseThrow();
    Thread.sleep(100);
    assertThat(storage.read(LeaseRunLock.FILE).orElseThrow()).isEqualTo(full);

    FullDiskFileSystem.ROOM.set(Long.MAX_VALUE);
    while (Arrays.equals(storage.read(LeaseRunLock.FILE).orElse(full), full)) {
      Thread.sleep(10);
    }
    lock.requireHeld();
    lock.close();
  }

  @Test
  void whoLostARunBeforeItBeganLeavesItToTheNextHolder() throws IOException {
    Configuration hadoop = new Configuration();
    hadoop.set("fs.fulldisk.impl", FullDiskFileSystem.class.getName());
    FullDiskFileSystem.ROOM.set(Long.MAX_VALUE);
    String expires = Instant.now().plus(Duration.ofMinutes(2)).toString();
    try (RunDirectory lost = RunDirectory.claim("fulldisk://" + output, "a", hadoop)) {
      Files.write(
          output.resolve("a").resolve(LeaseRunLock.FILE),
          Json.bytes(new LeaseRunLock.Lease("somebody else", expires)));
      Files.createDirectory(output.resolve("a/data"));
      assertThat(lost.runId()).isEqualTo("a");
    }

    assertThat(output.resolve("a/data")).exists();
    assertThat(output.resolve("a").resolve(LeaseRunLock.FILE)).exists();
  }
}
