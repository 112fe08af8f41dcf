package org.silotune.fed.run;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.silotune.llm.tensor.NamedTensors;

/** Hashes by which runs are compared. */
public final class Sha256 {

  private Sha256() {}

  /** Returns the sha256 of bytes in lower-case hex. */
  public static String of(byte[] bytes) {
    return HexFormat.of().formatHex(digest().digest(bytes));
  }

  /**
   * Returns the sha256 in lower-case hex of names, shapes and the bits of every coordinate, in name
   * order: independent of any file format.
   */
  public static String of(NamedTensors tensors) {
    MessageDigest digest = digest();
    for (String name : tensors.names()) {
      digest.update(name.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      long[] shape = tensors.shape(name);
      ByteBuffer header = ByteBuffer.allocate(4 + 8 * shape.length).order(ByteOrder.LITTLE_ENDIAN);
      header.putInt(shape.length);
      for (long dimension : shape) {
        header.putLong(dimension);
      }
      digest.update(header.array());
      float[] values = tensors.values(name);
      ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(values);
      digest.update(bytes);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Missing SHA-256: every Java platform has it", e);
    }
  }
}
