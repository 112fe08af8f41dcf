package org.silotune.llm.hub;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.silotune.llm.FolderTree;
import org.silotune.llm.LlmException;
import org.silotune.llm.hub.ModelOrigin.Bundled;

/**
 * A model inside this program's jar, unpacked into the cache so that its weights can be mapped. The
 * folder is named after the content: another version of the program unpacks beside it. What was
 * unpacked is compared with the jar whenever it is used.
 */
final class BundledFolder {

  private static final int NAME_DIGITS = 12;

  private final String model;
  private final Bundled origin;

  BundledFolder(String model, Bundled origin) {
    this.model = model;
    this.origin = origin;
  }

  /** Returns the folder that holds this content below {@code modelFolder}, there or not. */
  Path target(Path modelFolder) {
    return modelFolder.resolve(sha256(origin.files()).substring(0, NAME_DIGITS));
  }

  /** Returns what is not in a folder as it is in the jar, file by file; empty where all is. */
  List<String> differences(Path folder) throws IOException {
    List<String> differences = new ArrayList<>();
    for (var file : origin.files()) {
      var unpacked = folder.resolve(file);
      if (!Files.isRegularFile(unpacked)) {
        differences.add(file + " is missing");
        continue;
      }
      var found = Sha256.ofFile(unpacked, done -> {});
      var expected = sha256(List.of(file));
      if (!found.equals(expected)) {
        differences.add("sha256 of %s is %s, expected %s".formatted(file, found, expected));
      }
    }
    foreign(folder).forEach(path -> differences.add(path.getFileName() + " is not part of it"));
    return differences;
  }

  /**
   * Checks that a folder is as it is in the jar.
   *
   * @return the sha256 of all files in their order
   * @throws LlmException that says what is not
   */
  String check(Path folder) {
    try {
      var differences = differences(folder);
      if (differences.isEmpty()) {
        return sha256(origin.files());
      }
      throw new LlmException(
          "Invalid model folder %s: %s; unpack it again with: silotune models fetch %s"
              .formatted(folder, String.join(", ", differences), model));
    } catch (IOException e) {
      throw LlmException.cannot("read", folder, e);
    }
  }

  /** Writes the files into an empty temporary folder and renames it; the caller holds the lock. */
  void unpack(Path temporary, Path target) throws IOException {
    for (var file : origin.files()) {
      try (var in = open(file)) {
        Files.copy(in, temporary.resolve(file));
      }
    }
    Files.createDirectories(target.getParent());
    Files.move(temporary, target, ATOMIC_MOVE);
  }

  /**
   * Makes a folder equal to the jar again, each file by one rename: who has it open keeps what it
   * has. The caller holds the lock.
   */
  void repair(Path temporary, Path target) throws IOException {
    for (var path : foreign(target)) {
      FolderTree.delete(path);
    }
    for (var file : origin.files()) {
      try (var in = open(file)) {
        Files.copy(in, temporary.resolve(file));
      }
      if (Files.isDirectory(target.resolve(file))) {
        FolderTree.delete(target.resolve(file));
      }
      Files.move(temporary.resolve(file), target.resolve(file), ATOMIC_MOVE, REPLACE_EXISTING);
    }
  }

  /** Returns what is too much; hidden files are no part of a model, and a file system's own. */
  private List<Path> foreign(Path folder) throws IOException {
    try (var entries = Files.list(folder)) {
      return entries
          .filter(path -> !path.getFileName().toString().startsWith("."))
          .filter(path -> !origin.files().contains(path.getFileName().toString()))
          .sorted()
          .toList();
    }
  }

  /** Returns the sha256 of files of the jar, one after the other. */
  private String sha256(List<String> files) {
    var hash = new Sha256();
    for (var file : files) {
      try (var in = open(file)) {
        hash.copy(in, OutputStream.nullOutputStream(), done -> {});
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot read bundled model " + model, e);
      }
    }
    return hash.hex();
  }

  private InputStream open(String file) {
    var in = BundledFolder.class.getResourceAsStream(origin.resource() + "/" + file);
    if (in == null) {
      throw new LlmException(
          "Missing file %s of the bundled model %s in this program's jar; build it again"
              .formatted(file, model));
    }
    return in;
  }
}
