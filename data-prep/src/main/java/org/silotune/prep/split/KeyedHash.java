package org.silotune.prep.split;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The only source of chance in a preparation: SHA-256 of a seed, a purpose and texts, each behind
 * its byte count, so that no two lists of texts hash alike. Equal on every platform.
 */
final class KeyedHash {

  private final MessageDigest sha256;

  /** Starts a hash; the purpose keeps choices that share their texts independent. */
  KeyedHash(long seed, String purpose) {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
    sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(seed).array());
    add(purpose);
  }

  KeyedHash add(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    sha256.update(bytes);
    return this;
  }

  /** Returns the first 128 bits in lower-case hex. */
  String hex128() {
    return HexFormat.of().formatHex(sha256.digest(), 0, 16);
  }

  /** Returns a number in [0, 1), a multiple of 2^-53. */
  double unit() {
    return (ByteBuffer.wrap(sha256.digest()).getLong() >>> 11) * 0x1p-53;
  }
}
