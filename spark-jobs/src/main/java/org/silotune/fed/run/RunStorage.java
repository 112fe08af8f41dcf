package org.silotune.fed.run;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.silotune.fed.FederationException;

/**
 * The files of one run behind Hadoop's file system API, with two promises: a file or folder has its
 * name only when it is whole, and what was started and never finished is recognisable by its name.
 */
public final class RunStorage {

  private static final String TEMPORARY = ".tmp-";
  private static final String REPLACEMENT = ".new-";

  private final FileSystem fileSystem;
  private final Path root;

  private RunStorage(FileSystem fileSystem, Path root) {
    this.fileSystem = fileSystem;
    this.root = root;
  }

  /** Returns the storage rooted at a path or URI, which need not exist. */
  public static RunStorage at(String root, Configuration hadoop) {
    Path path = new Path(root);
    try {
      FileSystem fileSystem = path.getFileSystem(hadoop);
      if (fileSystem instanceof LocalFileSystem local) {
        fileSystem = local.getRaw(); // no .crc files beside ours
      }
      return new RunStorage(fileSystem, fileSystem.makeQualified(path));
    } catch (IOException | IllegalArgumentException e) {
      throw new FederationException("Cannot open %s: %s".formatted(root, e.getMessage()), e);
    }
  }

  /** Returns the URI of a relative path. */
  public String uri(String relative) {
    return path(relative).toString();
  }

  /** Returns the path as this machine's file system knows it, where it is on this machine. */
  public Optional<java.nio.file.Path> localPath(String relative) {
    return isOnThisMachine()
        ? Optional.of(java.nio.file.Path.of(path(relative).toUri().getPath()))
        : Optional.empty();
  }

  FileSystem fileSystem() {
    return fileSystem;
  }

  Path path(String relative) {
    return relative.isEmpty() ? root : new Path(root, relative);
  }

  /** Returns whether there is a file or folder of that name. */
  public boolean exists(String relative) {
    return io(StorageAction.READ, relative, () -> fileSystem.exists(path(relative)));
  }

  /** Returns whether there is a folder of that name. */
  public boolean hasFolder(String relative) {
    return io(
        StorageAction.READ,
        relative,
        () -> {
          try {
            return fileSystem.getFileStatus(path(relative)).isDirectory();
          } catch (FileNotFoundException e) {
            return false;
          }
        });
  }

  void makeFolder(String relative) {
    io(
        StorageAction.CREATE,
        relative,
        () -> {
          makeFolder(path(relative));
          return true;
        });
  }

  /** Returns the names in a folder, sorted; none where there is no folder. */
  List<String> list(String relative) {
    return io(
        StorageAction.LIST,
        relative,
        () -> {
          try {
            return Arrays.stream(fileSystem.listStatus(path(relative)))
                .map(status -> status.getPath().getName())
                .sorted()
                .toList();
          } catch (FileNotFoundException e) { // asked beforehand, it may still leave in between
            return List.of();
          }
        });
  }

  /** Returns the file's bytes, or nothing where there is no file. */
  public Optional<byte[]> read(String relative) {
    return io(
        StorageAction.READ,
        relative,
        () -> {
          Path file = path(relative);
          Path replacement = sibling(file, REPLACEMENT); // cut short at its last step
          int unreadable = 0;
          for (Path candidate : List.of(file, replacement, file)) { // renamed meanwhile: once more
            try (FSDataInputStream in = fileSystem.open(candidate)) {
              return Optional.of(in.readAllBytes());
            } catch (FileNotFoundException e) {
              if (fileSystem.exists(candidate) && ++unreadable > 1) {
                throw e; // it did not come just now: it is not for this user
              }
            }
          }
          return Optional.empty();
        });
  }

  /** Writes a file under a temporary name, syncs it and renames it. */
  void write(String relative, byte[] bytes) {
    io(
        StorageAction.WRITE,
        relative,
        () -> {
          Path temporary = sibling(path(relative), TEMPORARY);
          writeSynced(temporary, bytes);
          rename(temporary, path(relative));
          return true;
        });
  }

  /**
   * Writes a file unless there is one, and returns whether it did.
   *
   * @param writer a name of the writer's own, so that two of them do not share a temporary file
   */
  boolean writeIfAbsent(String relative, byte[] bytes, String writer) {
    return io(
        StorageAction.WRITE,
        relative,
        () -> {
          Path temporary = sibling(path(relative), TEMPORARY + writer + "-");
          writeSynced(temporary, bytes);
          if (fileSystem.exists(path(relative)) || !fileSystem.rename(temporary, path(relative))) {
            fileSystem.delete(temporary, false);
            return false;
          }
          return true;
        });
  }

  /** Writes a file in place of another; {@link #read} finds the old or the new at any moment. */
  public void replace(String relative, byte[] bytes) {
    io(
        StorageAction.WRITE,
        relative,
        () -> {
          Path temporary = sibling(path(relative), TEMPORARY);
          Path replacement = sibling(path(relative), REPLACEMENT);
          writeSynced(temporary, bytes);
          fileSystem.delete(replacement, false);
          rename(temporary, replacement);
          fileSystem.delete(path(relative), false);
          rename(replacement, path(relative));
          return true;
        });
  }

  /** Deletes a file or folder, if it is there. */
  public void delete(String relative) {
    io(StorageAction.DELETE, relative, () -> fileSystem.delete(path(relative), true));
  }

  /** Deletes a folder, unless it holds something or is gone. */
  void deleteIfEmpty(String relative) {
    io(
        StorageAction.DELETE,
        relative,
        () -> {
          try {
            if (localPath(relative).isPresent()) { // Hadoop's own looks first and deletes then
              return Files.deleteIfExists(localPath(relative).get());
            }
            return fileSystem.delete(path(relative), false);
          } catch (IOException e) {
            if (list(relative).isEmpty()) {
              throw e;
            }
            return false;
          }
        });
  }

  /** Starts a folder that gets its name at {@link PendingFolder#commit}. */
  PendingFolder newFolder(String relative) {
    Path temporary = sibling(path(relative), TEMPORARY);
    io(
        StorageAction.CREATE,
        relative,
        () -> {
          fileSystem.delete(temporary, true);
          makeFolder(temporary);
          return true;
        });
    return new PendingFolder(this, relative, temporary);
  }

  /** Copies the files of a folder of the storage, without its folders, to this machine. */
  void download(String relative, java.nio.file.Path target) {
    io(
        StorageAction.READ,
        relative,
        () -> {
          Files.createDirectories(target);
          for (FileStatus status : fileSystem.listStatus(path(relative))) {
            if (status.isDirectory()) {
              continue;
            }
            try (FSDataInputStream in = fileSystem.open(status.getPath())) {
              Files.copy(in, target.resolve(status.getPath().getName()));
            }
          }
          return true;
        });
  }

  /** Copies a file to this machine; returns whether there is one. */
  public boolean download(java.nio.file.Path target, String relative) {
    return io(
        StorageAction.READ,
        relative,
        () -> {
          try (FSDataInputStream in = fileSystem.open(path(relative))) {
            Files.copy(in, target);
            return true;
          } catch (FileNotFoundException e) {
            return false;
          }
        });
  }

  /** Deletes what an earlier process began in the folder and never finished. */
  void removeLeftovers(String relative) {
    for (String name : list(relative)) {
      if (name.startsWith(TEMPORARY)) {
        delete(relative.isEmpty() ? name : relative + "/" + name);
      }
    }
  }

  /** Hadoop says of its local file system that there is no folder, and not why. */
  private void makeFolder(Path folder) throws IOException {
    if (fileSystem.mkdirs(folder)) {
      return;
    }
    if (!isOnThisMachine()) {
      throw new IOException("the file system refuses it");
    }
    Files.createDirectories(java.nio.file.Path.of(folder.toUri().getPath()));
  }

  private boolean isOnThisMachine() {
    return fileSystem.getUri().getScheme().equals("file");
  }

  private void writeSynced(Path file, byte[] bytes) throws IOException {
    try (FSDataOutputStream out = fileSystem.create(file, true)) {
      out.write(bytes);
      out.hsync();
    }
  }

  private void rename(Path from, Path to) throws IOException {
    if (fileSystem.exists(to) || !fileSystem.rename(from, to)) {
      throw new IOException("cannot rename %s to %s".formatted(from, to));
    }
  }

  private static Path sibling(Path path, String prefix) {
    return new Path(path.getParent(), prefix + path.getName());
  }

  private <T> T io(StorageAction action, String relative, IoCall<T> call) {
    try {
      return call.call();
    } catch (IOException e) {
      throw action.failed(uri(relative), e);
    }
  }

  private interface IoCall<T> {
    T call() throws IOException;
  }

  /** A folder under a temporary name. */
  static final class PendingFolder implements AutoCloseable {

    private final RunStorage storage;
    private final String relative;
    private final Path temporary;
    private boolean committed;

    private PendingFolder(RunStorage storage, String relative, Path temporary) {
      this.storage = storage;
      this.relative = relative;
      this.temporary = temporary;
    }

    /** Writes a file of the folder and syncs it. */
    void write(String name, byte[] bytes) {
      storage.io(
          StorageAction.WRITE,
          relative + "/" + name,
          () -> {
            storage.writeSynced(new Path(temporary, name), bytes);
            return true;
          });
    }

    /** Copies every file of a folder of this machine into {@code name}, or into the root for "". */
    void upload(java.nio.file.Path source, String name) {
      storage.io(
          StorageAction.WRITE,
          relative,
          () -> {
            Path target = name.isEmpty() ? temporary : new Path(temporary, name);
            storage.makeFolder(target);
            for (java.nio.file.Path file : files(source)) {
              try (FSDataOutputStream out =
                  storage.fileSystem.create(new Path(target, file.getFileName().toString()))) {
                Files.copy(file, (OutputStream) out);
                out.hsync();
              }
            }
            return true;
          });
    }

    /** Gives the folder its name, in one rename. */
    void commit() {
      storage.io(
          StorageAction.COMMIT,
          relative,
          () -> {
            storage.rename(temporary, storage.path(relative));
            return true;
          });
      committed = true;
    }

    /** Deletes the folder and then gives this one its name: for folders that can be made again. */
    void commitInPlace() {
      storage.delete(relative);
      commit();
    }

    /** Deletes what was written, unless it was committed. */
    @Override
    public void close() {
      if (!committed) {
        try {
          storage.fileSystem.delete(temporary, true);
        } catch (IOException e) {
          // What stays has a temporary name and goes at the next start.
        }
      }
    }

    private static List<java.nio.file.Path> files(java.nio.file.Path folder) throws IOException {
      try (Stream<java.nio.file.Path> entries = Files.list(folder)) {
        return new ArrayList<>(entries.sorted().toList());
      }
    }
  }
}
