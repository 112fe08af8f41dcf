package org.silotune.eval.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What is kept of a stream that may be endless: its beginning, and its last bytes. The stream is
 * read to its end, so that who writes never waits; memory does not grow with it.
 */
final class CappedOutput implements Runnable {

  private static final int TAIL = 4096;

  private final InputStream in;
  private final byte[] head;
  private final byte[] tail = new byte[TAIL];
  private int headLength;
  private long length;

  CappedOutput(InputStream in, int cap) {
    this.in = in;
    this.head = new byte[cap];
  }

  @Override
  public void run() {
    byte[] buffer = new byte[8192];
    try (in) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        accept(buffer, read);
      }
    } catch (IOException e) {
      // The writer was killed: what it wrote before is what there is.
    }
  }

  private synchronized void accept(byte[] bytes, int count) {
    int kept = Math.min(count, head.length - headLength);
    System.arraycopy(bytes, 0, head, headLength, kept);
    headLength += kept;
    for (int i = Math.max(0, count - TAIL); i < count; i++) {
      tail[(int) ((length + i) % TAIL)] = bytes[i];
    }
    length += count;
  }

  /** Returns how much was written. */
  synchronized long length() {
    return length;
  }

  /** Returns the beginning. */
  synchronized String head() {
    return new String(Arrays.copyOf(head, headLength), StandardCharsets.UTF_8);
  }

  /** Returns the last bytes. */
  synchronized String tail() {
    int kept = (int) Math.min(length, TAIL);
    byte[] last = new byte[kept];
    for (int i = 0; i < kept; i++) {
      last[i] = tail[(int) ((length - kept + i) % TAIL)];
    }
    return new String(last, StandardCharsets.UTF_8);
  }
}
