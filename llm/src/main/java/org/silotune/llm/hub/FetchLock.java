package org.silotune.llm.hub;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One fetch of a model at a time, over threads and processes of a host. The operating system drops
 * the lock with its process, so a killed fetch blocks nobody.
 */
final class FetchLock {

  /** A file lock is held by the process: its threads need one of their own. */
  private static final ConcurrentMap<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

  /** What is done while the lock is held. */
  interface Work {
    Path run() throws IOException;
  }

  private FetchLock() {}

  /** Waits for the lock, saying so where another process holds it, and does the work. */
  static Path holding(Path file, FetchProgress progress, Work work) throws IOException {
    var thread = THREADS.computeIfAbsent(file.toAbsolutePath(), path -> new ReentrantLock());
    thread.lock();
    try {
      Files.createDirectories(file.getParent());
      try (var channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        if (channel.tryLock() == null) {
          progress.line("Waiting for another process that fetches the same model");
          channel.lock();
        }
        return work.run(); // closing the channel releases the lock
      }
    } finally {
      thread.unlock();
    }
  }
}
