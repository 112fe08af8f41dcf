package org.silotune.llm.checkpoint;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Read-only tensors by name, mapped from files.
 *
 * <p>A mapping stays valid after {@link #close()}; its pages belong to the page cache, so every
 * process of a host that maps the same file shares them. The files must not change while mapped.
 * Java reads what {@link #map} gives; native tensors lie over what {@link #pin} gives. Thread-safe.
 */
public interface TensorSource extends AutoCloseable {

  /** Returns the tensor names in ascending order. */
  Set<String> names();

  /**
   * Returns what the tensor is.
   *
   * @throws CorruptCheckpointException if there is no such tensor
   */
  TensorInfo info(String name);

  /**
   * Maps the tensor's values, row-major, as stored.
   *
   * @return read-only direct little-endian buffers of whole rows (outermost dimension) in order,
   *     each shorter than 2 GiB: one buffer unless the tensor is longer; together they are the
   *     tensor
   * @throws CorruptCheckpointException if there is no such tensor or the file has been cut
   */
  List<ByteBuffer> map(String name);

  /**
   * Maps the tensor's values, row-major, as stored, for the life of the process.
   *
   * @return pieces of whole rows in order, each shorter than 2 GiB: one unless the tensor is longer
   * @throws CorruptCheckpointException if there is no such tensor, it is empty, or the file has
   *     been cut
   * @throws IllegalArgumentException if the values do not lie in a file
   */
  List<PinnedMapping> pin(String name);

  /** Returns the text entries that the files carry beside their tensors. */
  Map<String, String> metadata();

  /**
   * Reads an {@code F32}, {@code F16} or {@code BF16} tensor onto the heap, exactly.
   *
   * @throws CorruptCheckpointException if there is no such tensor, it is of another type, or it has
   *     more elements than an array
   */
  float[] floats(String name);

  /** Closes the files; mappings handed out stay valid. */
  @Override
  void close();
}
