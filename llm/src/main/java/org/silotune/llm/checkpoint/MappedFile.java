package org.silotune.llm.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.silotune.llm.LlmException;

/** A file opened for positional reads and read-only mappings of at most 2 GiB - 1 bytes each. */
final class MappedFile implements AutoCloseable {

  private final Path path;
  private final FileChannel channel;
  private final long size;
  private final int maxBlockBytes;

  private MappedFile(Path path, FileChannel channel, long size, int maxBlockBytes) {
    this.path = path;
    this.channel = channel;
    this.size = size;
    this.maxBlockBytes = maxBlockBytes;
  }

  /**
   * Opens the file.
   *
   * @param maxBlockBytes the longest mapping to make
   */
  static MappedFile open(Path path, int maxBlockBytes) {
    try {
      FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
      return new MappedFile(path, channel, channel.size(), maxBlockBytes);
    } catch (NoSuchFileException e) {
      throw new LlmException("Missing weight file %s".formatted(path), e);
    } catch (IOException e) {
      throw LlmException.cannot("open", path, e);
    }
  }

  Path path() {
    return path;
  }

  /** Returns the size of the file when it was opened, in bytes. */
  long size() {
    return size;
  }

  /** Fills {@code into} from {@code position} on. */
  void read(long position, byte[] into) {
    ByteBuffer buffer = ByteBuffer.wrap(into);
    try {
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, position + buffer.position()) < 0) {
          throw cut(position + into.length, position + buffer.position());
        }
      }
    } catch (IOException e) {
      throw LlmException.cannot("read", path, e);
    }
  }

  /** Maps the region in buffers of whole rows. */
  List<ByteBuffer> map(TensorRegion region) {
    long length = region.info().byteLength();
    if (length == 0) {
      return List.of(
          ByteBuffer.allocateDirect(0).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN));
    }
    long rowBytes = length / region.info().rowCount();
    if (rowBytes > maxBlockBytes) {
      throw CorruptCheckpointException.of(
          path,
          "tensor " + region.info().name(),
          "rows of at most %d bytes".formatted(maxBlockBytes),
          "%d bytes".formatted(rowBytes));
    }
    long blockBytes = maxBlockBytes / rowBytes * rowBytes;
    try {
      if (channel.size() < region.end()) {
        throw cut(region.end(), channel.size());
      }
      List<ByteBuffer> blocks = new ArrayList<>();
      for (long done = 0; done < length; done += blockBytes) {
        long count = Math.min(blockBytes, length - done);
        blocks.add(
            channel
                .map(MapMode.READ_ONLY, region.offset() + done, count)
                .order(ByteOrder.LITTLE_ENDIAN));
      }
      return List.copyOf(blocks);
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

  private CorruptCheckpointException cut(long expected, long found) {
    return CorruptCheckpointException.of(
        path, "end of file", "at least %d bytes".formatted(expected), "%d bytes".formatted(found));
  }
}
