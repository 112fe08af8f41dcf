package org.silotune.llm;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of this machine for the moment. Closing deletes it with all that it holds; where its
 * process is killed before, the next process that makes one does.
 *
 * <p>A folder is in use while an operating-system lock is held on its file {@code .in-use}, which
 * dies with the process. The file is locked before it gets that name, so that nobody finds a folder
 * between its making and its lock.
 */
public final class TemporaryFolder implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TemporaryFolder.class);

  private static final String PREFIX = "silotune-";
  private static final String IN_USE = ".in-use";

  /** In the names of all folders of this process, whichever class loader made them. */
  private static final String OWN =
      "%s%d-%d-"
          .formatted(
              PREFIX,
              ProcessHandle.current().pid(),
              ProcessHandle.current().info().startInstant().orElse(Instant.EPOCH).toEpochMilli());

  private static final AtomicBoolean SWEPT = new AtomicBoolean();

  private final Path path;
  private final FileChannel lock;

  private TemporaryFolder(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * Returns a new folder in {@code java.io.tmpdir}, empty but for its lock. The first of a process
   * removes what killed ones left there.
   */
  public static TemporaryFolder create() throws IOException {
    TemporaryFolder folder = createIn(Path.of(System.getProperty("java.io.tmpdir")));
    if (SWEPT.compareAndSet(false, true)) {
      folder.sweep();
    }
    return folder;
  }

  static TemporaryFolder createIn(Path parent) throws IOException {
    Files.createDirectories(parent);
    Path path = Files.createTempDirectory(parent, OWN);
    Path unnamed = path.resolve(IN_USE + ".new");
    FileChannel lock = FileChannel.open(unnamed, CREATE_NEW, WRITE);
    try {
      lock.lock();
      Files.move(unnamed, path.resolve(IN_USE), ATOMIC_MOVE);
      return new TemporaryFolder(path, lock);
    } catch (IOException e) {
      lock.close();
      FolderTree.delete(path);
      throw e;
    }
  }

  /** Returns the folder. */
  public Path path() {
    return path;
  }

  /** Deletes the folders beside this one, of the same user, whose processes live no longer. */
  void sweep() {
    try (Stream<Path> entries = Files.list(path.getParent())) {
      List<Path> others =
          entries
              .filter(entry -> entry.getFileName().toString().startsWith(PREFIX))
              .filter(entry -> !entry.getFileName().toString().startsWith(OWN))
              .sorted()
              .toList();
      for (Path other : others) {
        deleteIfAbandoned(other);
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("Cannot look for left-over folders beside {}: {}", path, e.getMessage());
    }
  }

  /**
   * Never opens a lock of this process: closing it again would give the lock up, see {@link #OWN}.
   */
  private void deleteIfAbandoned(Path other) {
    Path otherLock = other.resolve(IN_USE);
    try {
      if (!isOfThisUser(other) || !isOfThisUser(otherLock)) {
        return;
      }
      try (FileChannel channel = FileChannel.open(otherLock, WRITE, LinkOption.NOFOLLOW_LINKS)) {
        if (channel.tryLock() != null) {
          FolderTree.delete(other);
        }
      }
    } catch (NoSuchFileException e) {
      // no folder of this kind, or its process or another one is deleting it
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("Cannot remove the left-over folder {}: {}", other, e.getMessage());
    }
  }

  private boolean isOfThisUser(Path file) throws IOException {
    return Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(path));
  }

  @Override
  public void close() throws IOException {
    try (lock) {
      FolderTree.delete(path);
    }
  }
}
