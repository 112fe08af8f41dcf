package org.silotune.llm.hub;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.silotune.llm.LlmException;
import org.silotune.llm.hub.ModelOrigin.Bundled;

/**
 * A model inside this program's jar, unpacked into the cache so that its weights can be mapped. The
 * folder is named after the content: another version of the program unpacks beside it.
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
    var hash = new Sha256();
    for (var file : origin.files()) {
      try (var in = open(file)) {
        hash.copy(in, OutputStream.nullOutputStream(), done -> {});
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot read bundled model " + model, e);
      }
    }
    return modelFolder.resolve(hash.hex().substring(0, NAME_DIGITS));
  }

  /** Writes the files into an empty temporary folder and renames it; the caller holds the lock. */
  void unpack(Path temporary, Path target) throws IOException {
    for (var file : origin.files()) {
      try (var in = open(file)) {
        Files.copy(in, temporary.resolve(file));
      }
    }
    Files.createDirectories(target.getParent());
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
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
