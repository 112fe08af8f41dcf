package org.silotune.prep.shard;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Which versions of a folder count: one small file for each, {@code commits/00001} and so on, that
 * names it. A file is made only where there is none, in one step of the storage, so of two
 * processes that add a version to the same one only one does; the last file names the version that
 * is the folder's. An empty file is of a process that was killed in the middle, and counts for
 * nothing.
 */
final class VersionCommits {

  /** The folder's name. */
  static final String FOLDER = "commits";

  /**
   * Of S3A, whose own check of a name is not one step with writing it. Others have no use for it.
   */
  private static final String ONE_STEP = "fs.option.create.conditional.overwrite";

  /** How versions, and places among them, are written in names. */
  static final String NUMBER = "%05d";

  /** What such a name looks like. */
  static final String DIGITS = "\\d{5,9}";

  private final FileSystem fileSystem;
  private final Path folder;

  VersionCommits(FileSystem fileSystem, Path root) {
    this.fileSystem = fileSystem;
    this.folder = new Path(root, FOLDER);
  }

  /** Returns the number of the version that is the last; none if there is none. */
  Optional<Integer> last() throws IOException {
    for (Path file : files()) {
      Optional<Integer> version = version(file);
      if (version.isPresent()) {
        return version;
      }
    }
    return Optional.empty();
  }

  /**
   * Makes a version count.
   *
   * @param place its place in the order of those that count, from 1
   * @return the version that has this place now: this one, or that of another process
   */
  int add(int place, int version) throws IOException {
    Path file = new Path(folder, NUMBER.formatted(place));
    try {
      createNew(fileSystem, file, version + "\n");
    } catch (IOException e) { // storages refuse in many words, or fail after they have done it
      if (!fileSystem.exists(file)) {
        throw e;
      }
    }
    return version(file).orElseThrow(() -> new IOException(file + " is empty"));
  }

  /** Removes the file of a process that was killed in the middle; who calls it holds the folder. */
  void recover() throws IOException {
    List<Path> files = files();
    if (!files.isEmpty() && version(files.get(0)).isEmpty()) {
      fileSystem.delete(files.get(0), false);
    }
  }

  /** Writes a file where there is none, else fails and leaves what is there. */
  static void createNew(FileSystem fileSystem, Path file, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (fileSystem
        .getUri()
        .getScheme()
        .equals("file")) { // Hadoop's own looks first and writes then
      java.nio.file.Path local = java.nio.file.Path.of(file.toUri().getPath());
      Files.createDirectories(local.getParent());
      Files.write(local, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      return;
    }
    FSDataOutputStreamBuilder<?, ?> builder = fileSystem.createFile(file);
    builder.recursive();
    builder.overwrite(false);
    builder.opt(ONE_STEP, true);
    try (FSDataOutputStream out = builder.build()) {
      out.write(bytes);
    }
  }

  /** The last one first. */
  private List<Path> files() throws IOException {
    try {
      return Stream.of(fileSystem.listStatus(folder))
          .map(FileStatus::getPath)
          .filter(file -> file.getName().matches(DIGITS))
          .sorted(Comparator.comparing((Path file) -> Integer.parseInt(file.getName())).reversed())
          .toList();
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  private Optional<Integer> version(Path file) throws IOException {
    try (FSDataInputStream in = fileSystem.open(file)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.endsWith("\n") ? Optional.of(Integer.parseInt(text.strip())) : Optional.empty();
    }
  }
}
