package org.silotune.llm.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CacheEntryTest {

  private final RecordedProgress progress = new RecordedProgress();

  @TempDir Path shelf;

  @Test
  void scratchFolderIsEmptyAndGoneAfterwards() throws IOException {
    var entry = new CacheEntry(shelf, "rows");
    var leftOver = Files.createDirectories(shelf.resolve(".fetch-rows")).resolve("half");
    Files.writeString(leftOver, "of a killed process");

    var scratch =
        entry.write(
            progress,
            folder -> {
              assertThat(folder).isEmptyDirectory();
              Files.writeString(folder.resolve("a"), "a");
              return folder;
            });

    assertThat(scratch).doesNotExist();
    assertThat(entry.folder()).doesNotExist();
    assertThatThrownBy(
            () ->
                entry.write(
                    progress,
                    folder -> {
                      Files.writeString(folder.resolve("a"), "a");
                      throw new IOException("broken");
                    }))
        .hasMessage("broken");
    assertThat(scratch).doesNotExist();
  }

  @Test
  void secondWriterWaitsAndIsTold() throws Exception {
    var entry = new CacheEntry(shelf, "rows");
    var begun = new CountDownLatch(1);
    var waiting = new CountDownLatch(1);
    FetchProgress told =
        new FetchProgress() {
          @Override
          public void line(String text) {
            progress.line(text);
            waiting.countDown();
          }

          @Override
          public void bytes(String what, long done, long total) {}
        };
    var pool = Executors.newSingleThreadExecutor();
    try {
      var first =
          pool.submit(
              () ->
                  entry.write(
                      FetchProgress.SILENT,
                      folder -> {
                        begun.countDown();
                        await(waiting);
                        return Files.createDirectory(entry.folder());
                      }));
      begun.await();
      boolean seen = entry.write(told, folder -> Files.isDirectory(entry.folder()));
      assertThat(seen).isTrue();
      assertThat(first.get()).isEqualTo(entry.folder());
      assertThat(progress.lines).containsExactly("Waiting for another process that fetches rows");
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void removingTellsTheBytes() throws IOException {
    var entry = new CacheEntry(shelf, "rows");
    assertThat(entry.remove(progress)).isZero();
    Files.write(Files.createDirectories(entry.folder()).resolve("a"), new byte[7]);
    assertThat(entry.remove(progress)).isEqualTo(7);
    assertThat(entry.folder()).doesNotExist();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
