package org.silotune.llm.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A read-only piece of a file in memory that stays mapped for the life of the process. Native code
 * may refer to it without asking how long: autograd, lists of tensors and threads in the middle of
 * an operator hold addresses, which the garbage collector does not know of and which would outlive
 * any buffer that it may unmap.
 *
 * <p>What is kept is address space. The pages are the page cache's, shared with every process that
 * maps the file, and {@link #release} takes them out of this one. A piece that is asked for again
 * is the same mapping, as long as the file is: loading a model many times maps it once.
 * Thread-safe.
 */
public final class PinnedMapping {

  private static final ConcurrentHashMap<Region, PinnedMapping> PINNED = new ConcurrentHashMap<>();

  private final MappedByteBuffer bytes;

  private PinnedMapping(MappedByteBuffer bytes) {
    this.bytes = bytes;
  }

  private record Region(FileIdentity file, long offset, long length) {}

  /**
   * Maps a piece of a file, unless it is mapped.
   *
   * @param file what {@code channel} is open on
   * @param length at least 1
   */
  static PinnedMapping of(FileIdentity file, FileChannel channel, long offset, long length)
      throws IOException {
    Region region = new Region(file, offset, length);
    PinnedMapping known = PINNED.get(region);
    if (known != null) {
      return known;
    }
    PinnedMapping mapped = new PinnedMapping(channel.map(MapMode.READ_ONLY, offset, length));
    PinnedMapping first = PINNED.putIfAbsent(region, mapped);
    return first == null ? mapped : first;
  }

  /**
   * Returns whether {@link #release} and {@link #prefetch} are known on this system: on Linux they
   * are.
   */
  public static boolean isAdvisable() {
    return PageAdvice.isKnown();
  }

  /** Returns the bytes: a direct read-only little-endian buffer from position 0. */
  public ByteBuffer bytes() {
    return bytes.duplicate().clear().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns how many they are. */
  public long byteLength() {
    return bytes.capacity();
  }

  /**
   * Takes the pages out of this process' resident memory. Whoever reads them afterwards, or is
   * reading them meanwhile, finds the same bytes: from the page cache, or from the disk.
   */
  public void release() {
    PageAdvice.done(bytes);
  }

  /** Has the pages that are not in the page cache read from the disk, without waiting for it. */
  public void prefetch() {
    PageAdvice.coming(bytes);
  }
}
