package org.silotune.llm.checkpoint.gguf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.CorruptCheckpointException;

/**
 * A GGUF file, version 2 or 3, little-endian.
 *
 * <pre>
 * byte[4] "GGUF"; uint32 version; uint64 tensor count; uint64 metadata count
 * metadata entries     see GgufMetadataReader
 * tensor entries       see GgufTensorTable
 * padding to general.alignment (32 unless given)
 * blocks of the tensors, each tensor at a multiple of the alignment
 * </pre>
 *
 * <p>Opening reads everything but the blocks and checks it against the file's size; blocks are
 * decoded when asked for, through {@link #reader}. Source: the GGUF specification (ggml,
 * docs/gguf.md). Thread-safe; each {@link GgufTensorReader} is for one thread.
 */
public final class GgufFile implements AutoCloseable {

  private static final int MAGIC = 0x46554747;
  private static final int MIN_VERSION = 2;
  private static final int MAX_VERSION = 3;
  private static final String ALIGNMENT = "general.alignment";
  private static final long DEFAULT_ALIGNMENT = 32;

  private final Path path;
  private final FileChannel channel;
  private final GgufMetadata metadata;
  private final SortedMap<String, GgufTensor> tensors;

  private GgufFile(
      Path path,
      FileChannel channel,
      GgufMetadata metadata,
      SortedMap<String, GgufTensor> tensors) {
    this.path = path;
    this.channel = channel;
    this.metadata = metadata;
    this.tensors = tensors;
  }

  /**
   * Opens the file and checks everything but the values of its tensors.
   *
   * @throws CorruptCheckpointException if it is not a whole GGUF file that this reader knows
   * @throws LlmException if there is no such file or it cannot be read
   */
  public static GgufFile open(Path path) {
    FileChannel channel;
    try {
      channel = FileChannel.open(path, StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      throw new LlmException("Missing weight file %s".formatted(path), e);
    } catch (IOException e) {
      throw LlmException.cannot("open", path, e);
    }
    try {
      return read(path, channel);
    } catch (IOException e) {
      closeAfter(e, channel);
      throw LlmException.cannot("read", path, e);
    } catch (RuntimeException e) {
      closeAfter(e, channel);
      throw e;
    }
  }

  /** Returns the file that this is. */
  public Path path() {
    return path;
  }

  public GgufMetadata metadata() {
    return metadata;
  }

  /** Returns the tensor names in ascending order. */
  public Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  /**
   * Returns what the tensor is.
   *
   * @throws CorruptCheckpointException if there is no such tensor
   */
  public GgufTensor tensor(String name) {
    GgufTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw CorruptCheckpointException.of(
          path,
          "tensor " + name,
          "a tensor of this name",
          "%d others (first: %s)"
              .formatted(tensors.size(), tensors.isEmpty() ? "none" : tensors.firstKey()));
    }
    return tensor;
  }

  /** Returns a reader of the tensor's values; valid until this file is closed. */
  public GgufTensorReader reader(String name) {
    return new GgufTensorReader(path, channel, tensor(name));
  }

  /**
   * Maps the blocks of a tensor as they lie.
   *
   * @return read-only buffers of whole rows in order, each shorter than 2 GiB; they stay valid when
   *     this file is closed
   * @throws CorruptCheckpointException if there is no such tensor or the file has been cut
   */
  public List<ByteBuffer> map(String name) {
    GgufTensor tensor = tensor(name);
    long rowBytes = tensor.byteLength() / Math.max(1, tensor.shape()[0]);
    long blockBytes = Integer.MAX_VALUE / Math.max(1, rowBytes) * rowBytes;
    try {
      if (channel.size() < tensor.end()) {
        throw CorruptCheckpointException.of(
            path,
            "tensor " + name,
            "%d bytes of file".formatted(tensor.end()),
            "%d bytes".formatted(channel.size()));
      }
      List<ByteBuffer> blocks = new ArrayList<>();
      for (long done = 0; done < tensor.byteLength(); done += blockBytes) {
        long count = Math.min(blockBytes, tensor.byteLength() - done);
        blocks.add(
            channel
                .map(MapMode.READ_ONLY, tensor.offset() + done, count)
                .order(ByteOrder.LITTLE_ENDIAN));
      }
      return blocks;
    } catch (IOException e) {
      throw LlmException.cannot("map", path, e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw LlmException.cannot("close", path, e);
    }
  }

  @Override
  public String toString() {
    return "%s (%d tensors)".formatted(path, tensors.size());
  }

  private static GgufFile read(Path path, FileChannel channel) throws IOException {
    long size = channel.size();
    GgufCursor cursor = new GgufCursor(path, channel, size);
    requireMagicAndVersion(cursor);
    int tensorCount = GgufTensorTable.tensorCount(cursor);
    int entryCount = GgufMetadataReader.entryCount(cursor);
    SortedMap<String, GgufValue> entries = new GgufMetadataReader(cursor).read(entryCount);
    GgufMetadata metadata = new GgufMetadata(path, Collections.unmodifiableSortedMap(entries));
    long alignment = alignment(path, metadata);
    List<GgufTensor> read = new GgufTensorTable(cursor, size, alignment).read(tensorCount);
    TreeMap<String, GgufTensor> tensors = new TreeMap<>();
    for (GgufTensor tensor : read) {
      if (tensors.put(tensor.name(), tensor) != null) {
        throw CorruptCheckpointException.of(
            path, "tensor " + tensor.name(), "a name that was not given before", "a second entry");
      }
    }
    return new GgufFile(path, channel, metadata, tensors);
  }

  private static void requireMagicAndVersion(GgufCursor cursor) {
    int magic = cursor.int32("magic");
    if (magic != MAGIC) {
      throw cursor.corrupt(0, "magic", "GGUF (0x46554747)", "0x%08x".formatted(magic));
    }
    int version = cursor.int32("version");
    if (version < MIN_VERSION || version > MAX_VERSION) {
      boolean bigEndian = (version & 0xffff) == 0 && version != 0;
      throw cursor.corrupt(
          4,
          "version",
          "%d or %d".formatted(MIN_VERSION, MAX_VERSION),
          bigEndian
              ? "%d of a big-endian file".formatted(Integer.reverseBytes(version))
              : Integer.toUnsignedString(version));
    }
  }

  private static long alignment(Path path, GgufMetadata metadata) {
    long alignment = metadata.whole(ALIGNMENT).orElse(DEFAULT_ALIGNMENT);
    if (alignment <= 0 || alignment > 1 << 30 || Long.bitCount(alignment) != 1) {
      throw CorruptCheckpointException.of(
          path, "metadata " + ALIGNMENT, "a power of two up to 2^30", alignment);
    }
    return alignment;
  }

  private static void closeAfter(Exception failure, FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }
}
