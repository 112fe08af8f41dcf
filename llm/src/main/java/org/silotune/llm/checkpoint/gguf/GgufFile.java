package org.silotune.llm.checkpoint.gguf;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.CorruptCheckpointException;
import org.silotune.llm.checkpoint.MappedFile;
import org.silotune.llm.checkpoint.PinnedMapping;

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

  private final MappedFile file;
  private final GgufMetadata metadata;
  private final SortedMap<String, GgufTensor> tensors;

  private GgufFile(MappedFile file, GgufMetadata metadata, SortedMap<String, GgufTensor> tensors) {
    this.file = file;
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
    MappedFile file = MappedFile.open(path);
    try {
      return read(file);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Returns the file that this is. */
  public Path path() {
    return file.path();
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
          path(),
          "tensor " + name,
          "a tensor of this name",
          "%d others (first: %s)"
              .formatted(tensors.size(), tensors.isEmpty() ? "none" : tensors.firstKey()));
    }
    return tensor;
  }

  /** Returns a reader of the tensor's values; valid until this file is closed. */
  public GgufTensorReader reader(String name) {
    return new GgufTensorReader(path(), file.channel(), tensor(name));
  }

  /**
   * Maps the blocks of a tensor as they lie, for the life of the process.
   *
   * @return pieces of whole rows in order, each shorter than 2 GiB
   * @throws CorruptCheckpointException if there is no such tensor or the file has been cut
   */
  public List<PinnedMapping> pin(String name) {
    GgufTensor tensor = tensor(name);
    return file.pin(
        new MappedFile.Rows(name, tensor.offset(), tensor.byteLength(), tensor.shape()[0]));
  }

  @Override
  public void close() {
    file.close();
  }

  @Override
  public String toString() {
    return "%s (%d tensors)".formatted(path(), tensors.size());
  }

  private static GgufFile read(MappedFile file) {
    Path path = file.path();
    GgufCursor cursor = new GgufCursor(path, file.channel(), file.size());
    requireMagicAndVersion(cursor);
    int tensorCount = GgufTensorTable.tensorCount(cursor);
    int entryCount = GgufMetadataReader.entryCount(cursor);
    SortedMap<String, GgufValue> entries = new GgufMetadataReader(cursor).read(entryCount);
    GgufMetadata metadata = new GgufMetadata(path, Collections.unmodifiableSortedMap(entries));
    long alignment = alignment(path, metadata);
    List<GgufTensor> read = new GgufTensorTable(cursor, file.size(), alignment).read(tensorCount);
    TreeMap<String, GgufTensor> tensors = new TreeMap<>();
    for (GgufTensor tensor : read) {
      if (tensors.put(tensor.name(), tensor) != null) {
        throw CorruptCheckpointException.of(
            path, "tensor " + tensor.name(), "a name that was not given before", "a second entry");
      }
    }
    return new GgufFile(file, metadata, tensors);
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
}
