package org.silotune.llm.checkpoint.gguf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Objects;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.CorruptCheckpointException;

/**
 * Reads a tensor's values as float32, from any block on, in bounded memory. The values are those of
 * the {@code gguf} Python package's {@code dequantize}, bit for bit. Not thread-safe.
 */
public final class GgufTensorReader {

  private static final int SCRATCH_BYTES = 1 << 18;

  private final Path path;
  private final FileChannel channel;
  private final GgufTensor tensor;
  private final int blocksPerRead;
  private final byte[] scratch;

  GgufTensorReader(Path path, FileChannel channel, GgufTensor tensor) {
    this.path = path;
    this.channel = channel;
    this.tensor = tensor;
    this.blocksPerRead = SCRATCH_BYTES / tensor.type().blockBytes();
    this.scratch = new byte[blocksPerRead * tensor.type().blockBytes()];
  }

  public GgufTensor tensor() {
    return tensor;
  }

  /**
   * Reads values {@code [first, first + count)} of the row-major tensor.
   *
   * @param first the index of the first value, a multiple of the type's block size, as every row's
   *     first value is
   * @param count the number of values, a multiple of the block size
   * @param into receives them from {@code offset} on
   * @throws CorruptCheckpointException if the file has been cut since it was opened
   */
  public void read(long first, int count, float[] into, int offset) {
    int blockSize = tensor.type().blockSize();
    Objects.checkFromIndexSize(first, count, tensor.elementCount());
    Objects.checkFromIndexSize(offset, count, into.length);
    if (first % blockSize != 0 || count % blockSize != 0) {
      throw new IllegalArgumentException(
          "Invalid range of tensor %s: %d values from %d on, must be whole blocks of %d"
              .formatted(tensor.name(), count, first, blockSize));
    }
    int blocks = count / blockSize;
    long position = tensor.offset() + first / blockSize * tensor.type().blockBytes();
    for (int done = 0; done < blocks; done += blocksPerRead) {
      int chunk = Math.min(blocksPerRead, blocks - done);
      int bytes = chunk * tensor.type().blockBytes();
      fill(position, bytes);
      tensor.type().decoder().decode(scratch, chunk, into, offset + done * blockSize);
      position += bytes;
    }
  }

  private void fill(long position, int bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(scratch, 0, bytes);
    try {
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, position + buffer.position()) < 0) {
          throw CorruptCheckpointException.of(
              path,
              "tensor " + tensor.name(),
              "%d bytes from byte %d on".formatted(bytes, position),
              "the end of the file at %d".formatted(channel.size()));
        }
      }
    } catch (IOException e) {
      throw LlmException.cannot("read", path, e);
    }
  }
}
