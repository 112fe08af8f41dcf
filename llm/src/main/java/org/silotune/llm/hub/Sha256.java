package org.silotune.llm.hub;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.LongConsumer;
import org.silotune.llm.LlmException;

/** A running sha256 over what is copied through it. */
public final class Sha256 {

  private static final int BUFFER_BYTES = 1 << 20;

  private final MessageDigest digest;
  private long count;

  Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }

  /** Copies everything, adds it to the hash and tells the total so far after each block. */
  void copy(InputStream in, OutputStream out, LongConsumer counted) throws IOException {
    var buffer = new byte[BUFFER_BYTES];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      digest.update(buffer, 0, read);
      out.write(buffer, 0, read);
      count += read;
      counted.accept(count);
    }
  }

  /** Returns the bytes seen so far. */
  long count() {
    return count;
  }

  /** Returns the hash in lower-case hex and starts anew. */
  String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Returns the hash of a file in lower-case hex, and tells the bytes read after each block. */
  public static String ofFile(Path file, LongConsumer counted) {
    try (var in = Files.newInputStream(file)) {
      var hash = new Sha256();
      hash.copy(in, OutputStream.nullOutputStream(), counted);
      return hash.hex();
    } catch (IOException e) {
      throw LlmException.cannot("read", file, e);
    }
  }
}
