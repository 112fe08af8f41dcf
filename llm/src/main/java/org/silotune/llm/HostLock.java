package org.silotune.llm;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets one thread of one process of a host do something; the others wait. The lock is the operating
 * system's and dies with its process; its file stays, since removing it would race.
 */
public final class HostLock {

  /** File locks are held by the process: its threads need one more. */
  private static final Map<Path, ReentrantLock> IN_PROCESS = new ConcurrentHashMap<>();

  private HostLock() {}

  /** What is done while the lock is held. */
  @FunctionalInterface
  public interface Work<T> {
    T run() throws IOException;
  }

  /**
   * Runs {@code work} while holding the lock.
   *
   * @param file of the lock, whose folder need not exist
   * @param waits called where another thread or process has the lock
   * @throws IOException if the lock cannot be had, or the work's own
   */
  public static <T> T holding(Path file, Runnable waits, Work<T> work) throws IOException {
    ReentrantLock inProcess =
        IN_PROCESS.computeIfAbsent(file.toAbsolutePath().normalize(), f -> new ReentrantLock());
    if (!inProcess.tryLock()) {
      waits.run();
      inProcess.lock();
    }
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        lock(channel, waits);
        return work.run(); // closing the channel releases the lock
      }
    } finally {
      inProcess.unlock();
    }
  }

  private static void lock(FileChannel channel, Runnable waits) throws IOException {
    FileLock lock = channel.tryLock();
    if (lock == null) {
      waits.run();
      lock = channel.lock();
    }
    if (!lock.isValid()) {
      throw new IOException("the lock was lost");
    }
  }
}
