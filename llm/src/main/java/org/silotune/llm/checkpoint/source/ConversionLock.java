package org.silotune.llm.checkpoint.source;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.source.SourceProgress.Step;

/**
 * Lets one thread of one process of a host convert into a folder; the others wait. The lock is the
 * operating system's and dies with its process; its file stays, since removing it would race.
 */
final class ConversionLock {

  /** File locks are held by the process: its threads need one more. */
  private static final Map<Path, ReentrantLock> IN_PROCESS = new ConcurrentHashMap<>();

  private ConversionLock() {}

  /** Runs {@code work} while holding the lock of the folder, which need not exist. */
  static <T> T holding(Path folder, SourceProgress progress, Supplier<T> work) {
    Path file = folder.resolveSibling(folder.getFileName() + ".lock").toAbsolutePath();
    ReentrantLock inProcess = IN_PROCESS.computeIfAbsent(file, f -> new ReentrantLock());
    if (!inProcess.tryLock()) {
      progress.at(Step.WAITING, 0, 0);
      inProcess.lock();
    }
    try {
      FileChannel channel = lock(file, progress);
      try {
        return work.get();
      } finally {
        channel.close();
      }
    } catch (IOException e) {
      throw new LlmException("Cannot lock %s: %s".formatted(file, e.getMessage()), e);
    } finally {
      inProcess.unlock();
    }
  }

  /** Returns the channel that holds the lock until it is closed. */
  private static FileChannel lock(Path file, SourceProgress progress) throws IOException {
    Files.createDirectories(file.getParent());
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        progress.at(Step.WAITING, 0, 0);
        lock = channel.lock();
      }
      if (!lock.isValid()) {
        throw new IOException("the lock was lost");
      }
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }
}
