package org.silotune.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostLockTest {

  @TempDir Path folder;

  @Test
  void theOperatingSystemHoldsTheLockWhileTheWorkRuns() throws IOException {
    Path file = folder.resolve("deep/work.lock");
    String result =
        HostLock.holding(
            file,
            () -> {},
            () -> {
              try (FileChannel other = FileChannel.open(file, StandardOpenOption.WRITE)) {
                assertThatThrownBy(other::tryLock).isInstanceOf(OverlappingFileLockException.class);
              }
              return "done";
            });
    assertThat(result).isEqualTo("done");
    try (FileChannel other = FileChannel.open(file, StandardOpenOption.WRITE)) {
      assertThat(other.tryLock().isValid()).isTrue();
    }
  }

  @Test
  void anotherThreadWaitsAndSaysSo() throws Exception {
    Path file = folder.resolve("work.lock");
    CountDownLatch waits = new CountDownLatch(1);
    AtomicInteger inside = new AtomicInteger();
    Thread[] second = new Thread[1];
    HostLock.holding(
        file,
        () -> {},
        () -> {
          second[0] =
              new Thread(
                  () -> {
                    try {
                      HostLock.holding(file, waits::countDown, inside::incrementAndGet);
                    } catch (IOException e) {
                      throw new AssertionError(e);
                    }
                  });
          second[0].start();
          try {
            waits.await();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          assertThat(inside).hasValue(0);
          return inside.get();
        });
    second[0].join();
    assertThat(inside).hasValue(1);
  }

  @Test
  void failedWorkLetsTheNextOneIn() throws IOException {
    Path file = folder.resolve("work.lock");
    assertThatThrownBy(
            () ->
                HostLock.holding(
                    file,
                    () -> {},
                    () -> {
                      throw new IOException("disk full");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("disk full");
    assertThat(HostLock.holding(file, () -> {}, () -> 1)).isEqualTo(1);
  }
}
