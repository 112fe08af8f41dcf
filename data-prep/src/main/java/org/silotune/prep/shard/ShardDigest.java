package org.silotune.prep.shard;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.silotune.llm.tokenizer.TokenizedExample;

/**
 * The sha256 over the ordered columns of a token shard, independent of files and compression.
 *
 * <p>Per example, in order, big-endian: {@code [int32 bytes of the id][id, UTF-8][int32 token
 * count][int32 input id]...[int32 label]...}.
 */
public final class ShardDigest {

  private final MessageDigest sha256 = sha256();

  void add(TokenizedExample example) {
    byte[] id = example.id().getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + id.length + 8 * example.length());
    bytes.putInt(id.length).put(id).putInt(example.length());
    for (int token : example.inputIds()) {
      bytes.putInt(token);
    }
    for (int label : example.labels()) {
      bytes.putInt(label);
    }
    sha256.update(bytes.array());
  }

  /** Returns the hash in lower-case hex and starts over. */
  String hex() {
    return HexFormat.of().formatHex(sha256.digest());
  }

  /** Returns the sha256 of a text in UTF-8, in lower-case hex. */
  public static String of(String text) {
    return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
