package org.silotune.fed.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A lock of the operating system on an empty file of the run; the file stays, the lock does not.
 *
 * <p>Who removes the file writes a byte to it first: another process may have opened it already,
 * and would lock a file that nobody can find any more. A file with content is no lock.
 */
final class OsRunLock implements RunLock {

  static final String FILE = ".lock";

  /** Closing any channel of a file gives up the process' lock of it: no second one is opened. */
  private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;
  private final Held held;

  private OsRunLock(Path file, FileChannel channel, Held held) {
    this.file = file;
    this.channel = channel;
    this.held = held;
  }

  static OsRunLock take(Path file, Held held) {
    Path key = file.toAbsolutePath().normalize();
    if (!HELD_HERE.add(key)) {
      throw inUse(file, held);
    }
    try {
      return lock(key, open(key), held);
    } catch (NoSuchFileException e) { // the folder went with its last holder
      HELD_HERE.remove(key);
      throw inUse(file, held);
    } catch (IOException e) {
      HELD_HERE.remove(key);
      throw StorageAction.LOCK.failed(file.toString(), e);
    } catch (RuntimeException e) {
      HELD_HERE.remove(key);
      throw e;
    }
  }

  static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  /** Locks what was opened, unless another process holds it or it was removed since. */
  static OsRunLock lock(Path file, FileChannel channel, Held held) throws IOException {
    if (channel.tryLock() == null || channel.size() > 0) {
      channel.close();
      throw inUse(file, held);
    }
    return new OsRunLock(file, channel, held);
  }

  private static RunInUseException inUse(Path file, Held held) {
    return new RunInUseException(
        "Cannot start %s: another process holds %s; wait for it to end, or use another %s"
            .formatted(held.what(), file, held.alternative()));
  }

  @Override
  public String file() {
    return FILE;
  }

  @Override
  public void requireHeld() {
    if (!channel.isOpen()) {
      throw new RunInUseException(
          "Cannot go on with %s: its lock %s was given up; start it again once no other process holds it"
              .formatted(held.what(), file));
    }
  }

  @Override
  public void closeAndRemove() {
    try {
      channel.write(ByteBuffer.allocate(1));
      Files.delete(file);
    } catch (IOException e) {
      throw StorageAction.DELETE.failed(file.toString(), e);
    } finally {
      close();
    }
  }

  @Override
  public void close() {
    if (!channel.isOpen()) {
      return;
    }
    try {
      channel.close();
    } catch (IOException e) {
      throw StorageAction.UNLOCK.failed(file.toString(), e);
    } finally {
      HELD_HERE.remove(file);
    }
  }
}
