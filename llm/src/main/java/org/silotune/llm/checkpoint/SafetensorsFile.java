package org.silotune.llm.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One safetensors file, memory-mapped tensor by tensor.
 *
 * <pre>
 * uint64 n        length of the header, little-endian, at most 100,000,000
 * byte[n]         the header: JSON, padded with spaces (see SafetensorsHeader)
 * byte[...]       the tensors, little-endian, row-major, without gaps, up to the end of the file
 * </pre>
 *
 * <p>Opening reads the header and checks it against the file's size, so a truncated file never
 * opens; values are read when mapped. Source: the safetensors format, version 0.8 of its reference
 * implementation, whose limits and checks are the same.
 */
public final class SafetensorsFile implements TensorSource {

  private static final long MAX_HEADER_BYTES = 100_000_000;
  private static final int LENGTH_BYTES = 8;

  private final MappedFile file;
  private final Map<String, String> metadata;
  private final SortedMap<String, TensorRegion> regions;

  private SafetensorsFile(
      MappedFile file, Map<String, String> metadata, SortedMap<String, TensorRegion> regions) {
    this.file = file;
    this.metadata = metadata;
    this.regions = regions;
  }

  /**
   * Opens the file and checks its header.
   *
   * @throws CorruptCheckpointException if it is not a whole safetensors file
   * @throws org.silotune.llm.LlmException if there is no such file or it cannot be read
   */
  public static SafetensorsFile open(Path path) {
    return open(path, Integer.MAX_VALUE);
  }

  static SafetensorsFile open(Path path, int maxBlockBytes) {
    MappedFile file = MappedFile.open(path, maxBlockBytes);
    try {
      return read(file);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(regions.keySet());
  }

  @Override
  public TensorInfo info(String name) {
    return region(name).info();
  }

  @Override
  public List<ByteBuffer> map(String name) {
    return file.map(region(name).rows());
  }

  @Override
  public List<PinnedMapping> pin(String name) {
    return file.pin(region(name).rows());
  }

  @Override
  public Map<String, String> metadata() {
    return metadata;
  }

  @Override
  public float[] floats(String name) {
    TensorInfo info = info(name);
    if (!info.dtype().readsAsFloat() || info.elementCount() > Integer.MAX_VALUE - 8) {
      throw CorruptCheckpointException.of(
          file.path(), "tensor " + name, "fewer than 2^31 floats of F32, F16 or BF16", info);
    }
    float[] values = new float[(int) info.elementCount()];
    int count = 0;
    for (ByteBuffer block : map(name)) {
      count += FloatReader.read(info.dtype(), block, values, count);
    }
    return values;
  }

  /** Returns the file that this is. */
  public Path path() {
    return file.path();
  }

  @Override
  public void close() {
    file.close();
  }

  @Override
  public String toString() {
    return "%s (%d tensors)".formatted(file.path(), regions.size());
  }

  private TensorRegion region(String name) {
    TensorRegion region = regions.get(name);
    if (region == null) {
      throw MissingTensor.in(file.path(), name, regions.keySet());
    }
    return region;
  }

  private static SafetensorsFile read(MappedFile file) {
    long headerLength = headerLength(file);
    byte[] json = new byte[(int) headerLength];
    file.read(LENGTH_BYTES, json);
    long dataStart = LENGTH_BYTES + headerLength;
    SafetensorsHeader header = SafetensorsHeader.parse(file.path(), json, dataStart);
    requireContiguous(file, header.regions(), dataStart);
    TreeMap<String, TensorRegion> regions = new TreeMap<>();
    header.regions().forEach(region -> regions.put(region.info().name(), region));
    return new SafetensorsFile(file, Collections.unmodifiableMap(header.metadata()), regions);
  }

  private static long headerLength(MappedFile file) {
    if (file.size() < LENGTH_BYTES) {
      throw CorruptCheckpointException.of(
          file.path(), "byte 0, header length", "8 bytes", "a file of %d".formatted(file.size()));
    }
    byte[] bytes = new byte[LENGTH_BYTES];
    file.read(0, bytes);
    long length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    long limit = Math.min(MAX_HEADER_BYTES, file.size() - LENGTH_BYTES);
    if (length < 0 || length > limit) {
      throw CorruptCheckpointException.of(
          file.path(),
          "byte 0, header length",
          "at most %d (the file has %d bytes)".formatted(limit, file.size()),
          Long.toUnsignedString(length));
    }
    return length;
  }

  /** Checks that the tensors lie one after the other, from the header to the end of the file. */
  private static void requireContiguous(MappedFile file, List<TensorRegion> all, long dataStart) {
    List<TensorRegion> inOrder = new ArrayList<>(all);
    inOrder.sort(
        Comparator.comparingLong(TensorRegion::offset).thenComparingLong(TensorRegion::end));
    long position = dataStart;
    for (TensorRegion region : inOrder) {
      if (region.offset() != position) {
        throw CorruptCheckpointException.of(
            file.path(),
            "tensor %s, data_offsets".formatted(region.info().name()),
            "to begin at byte %d, where the tensor before it ends".formatted(position),
            "byte %d".formatted(region.offset()));
      }
      position = region.end();
    }
    if (position != file.size()) {
      throw CorruptCheckpointException.of(
          file.path(),
          "end of file",
          "%d bytes by the header".formatted(position),
          "%d bytes".formatted(file.size()));
    }
  }
}
