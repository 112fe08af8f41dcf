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
 * is the folder's. An empty file is of a process that was killed in the middle, or that is at it
 * now. It counts for nothing, and its place is left to it: no file is ever removed.
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

  /**
   * Where the next version goes.
   *
   * @param place in the order of the files, behind all there are
   * @param after the version that is the last; none if there is none
   */
  record Next(int place, Optional<Integer> after) {}

  private final FileSystem fileSystem;
  private final Path folder;

  VersionCommits(FileSystem fileSystem, Path root) {
    this.fileSystem = fileSystem;
    this.folder = new Path(root, FOLDER);
  }

  /** Returns the number of the version that is the last; none if there is none. */
  Optional<Integer> last() throws IOException {
    return last(files());
  }

  /** Returns where a version goes that is made after the one that is the last now. */
  Next next() throws IOException {
    List<Path> files = files();
    int place = files.isEmpty() ? 1 : Integer.parseInt(files.get(0).getName()) + 1;
    return new Next(place, last(files));
  }

  private Optional<Integer> last(List<Path> files) throws IOException {
    for (Path file : files) {
      Optional<Integer> version = version(file);
      if (version.isPresent()) {
        return version;
      }
    }
    return Optional.empty();
  }

  /**
   * Makes a version count. Before and after, it is seen to it that no other one does that its rows
   * do not follow on.
   *
   * @return the version that is the last now: this one, or that of another process
   */
  int add(Next next, int version) throws IOException {
    Optional<Integer> before = last();
    if (!before.equals(next.after())) {
      return before.orElseThrow(() -> new IOException(folder + " has lost its files"));
    }
    Path file = new Path(folder, NUMBER.formatted(next.place()));
    try {
      createNew(fileSystem, file, version + "\n");
    } catch (IOException e) { // storages refuse in many words, or fail after they have done it
      if (!fileSystem.exists(file)) {
        throw e;
      }
    }
    if (version(file).isEmpty()) {
      throw new IOException(file + " is empty");
    }
    return last().orElseThrow();
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
