package org.silotune.fed.run;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.silotune.fed.FederationException;

/** A lock of the operating system on a file of the run; the file stays, the lock does not. */
final class OsRunLock implements RunLock {

  static final String FILE = ".lock";

  private final FileChannel channel;
  private final String runId;

  private OsRunLock(FileChannel channel, String runId) {
    this.channel = channel;
    this.runId = runId;
  }

  static OsRunLock take(Path file, String runId) {
    FileChannel channel = null;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (tryLock(channel) == null || !Files.exists(file)) { // deleted by who held it until now
        channel.close();
        throw inUse(file, runId);
      }
      return new OsRunLock(channel, runId);
    } catch (IOException e) {
      close(channel);
      throw new FederationException("Cannot lock %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static RunInUseException inUse(Path file, String runId) {
    return new RunInUseException(
        "Cannot start run %s: another process holds %s; wait for it to end, or use another run id"
            .formatted(runId, file));
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // this very process holds it
    }
  }

  @Override
  public void requireHeld() {
    if (!channel.isOpen()) {
      throw new RunInUseException(
          "Cannot go on with run %s: its lock was given up".formatted(runId));
    }
  }

  @Override
  public void close() {
    close(channel);
  }

  private static void close(@Nullable FileChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new FederationException("Cannot unlock: %s".formatted(e.getMessage()), e);
      }
    }
  }
}
