package org.silotune.llm.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file of a model that is read into memory as a whole, such as a config.json or a tokenizer.json:
 * one that is larger than any real one is refused before it is read.
 */
public final class WholeFile {

  /** Above any settings, chat template or list of shards. */
  public static final int SETTINGS_BYTES = 16_000_000;

  private WholeFile() {}

  /**
   * Returns the file's bytes.
   *
   * @param maxBytes the largest size that is read
   * @throws CorruptCheckpointException if the file is larger
   */
  public static byte[] read(Path file, int maxBytes) throws IOException {
    requireAtMost(maxBytes, Files.size(file), file);
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(maxBytes + 1); // it may have grown since
      requireAtMost(maxBytes, bytes.length, file);
      return bytes;
    }
  }

  private static void requireAtMost(int maxBytes, long size, Path file) {
    if (size > maxBytes) {
      throw CorruptCheckpointException.of(
          file,
          "size",
          "at most %d bytes".formatted(maxBytes),
          "%d; fetch the model again or name another one".formatted(size));
    }
  }
}
