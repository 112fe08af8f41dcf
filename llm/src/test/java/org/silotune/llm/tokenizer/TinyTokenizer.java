package org.silotune.llm.tokenizer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** A byte-level tokenizer of 384 ids with turn markers, made by tiny_tokenizer.py. */
public final class TinyTokenizer {

  private TinyTokenizer() {}

  /** Writes the tokenizer's two files into a new folder and returns it. */
  public static Path copyTo(Path folder) {
    try {
      Files.createDirectories(folder);
      for (String name : new String[] {"tokenizer.json", "tokenizer_config.json"}) {
        try (InputStream in = TinyTokenizer.class.getResourceAsStream("tiny/" + name)) {
          Files.copy(Objects.requireNonNull(in, name), folder.resolve(name));
        }
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
