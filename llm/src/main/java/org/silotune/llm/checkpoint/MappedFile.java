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
public final class MappedFile implements AutoCloseable {

  private final Path path;
  private final FileChannel channel;
  private final FileIdentity identity;
  private final long size;
  private final int maxBlockBytes;

  private MappedFile(
      Path path, FileChannel channel, FileIdentity identity, long size, int maxBlockBytes) {
    this.path = path;
    this.channel = channel;
    this.identity = identity;
    this.size = size;
    this.maxBlockBytes = maxBlockBytes;
  }

  /** Opens the file. */
  public static MappedFile open(Path path) {
    return open(path, Integer.MAX_VALUE);
  }

  /**
   * Opens the file.
   *
   * @param maxBlockBytes the longest mapping to make
   */
  static MappedFile open(Path path, int maxBlockBytes) {
    try {
      FileIdentity found = FileIdentity.of(path);
      FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
      try {
        return new MappedFile(path, channel, found.ifStill(path), channel.size(), maxBlockBytes);
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    } catch (NoSuchFileException e) {
      throw new LlmException("Missing weight file %s".formatted(path), e);
    } catch (IOException e) {
      throw LlmException.cannot("open", path, e);
    }
  }

  /** Returns the file that this is. */
  public Path path() {
    return path;
  }

  /** Returns the open file, for positional reads; closed with this. */
  public FileChannel channel() {
    return channel;
  }

  /** Returns the size of the file when it was opened, in bytes. */
  public long size() {
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

  /**
   * Maps rows for Java to read.
   *
   * @return buffers of whole rows in order, which the garbage collector unmaps
   */
  List<ByteBuffer> map(Rows rows) {
    if (rows.byteLength == 0) {
      return List.of(
          ByteBuffer.allocateDirect(0).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN));
    }
    return blocks(
        rows,
        (offset, length) ->
            channel.map(MapMode.READ_ONLY, offset, length).order(ByteOrder.LITTLE_ENDIAN));
  }

  /**
   * Maps rows for native code, for the life of the process.
   *
   * @return mappings of whole rows in order
   * @throws CorruptCheckpointException if there are none, or the file has been cut
   */
  public List<PinnedMapping> pin(Rows rows) {
    if (rows.byteLength == 0) {
      throw CorruptCheckpointException.of(
          path, "tensor " + rows.tensor, "at least one value", "none");
    }
    return blocks(rows, (offset, length) -> PinnedMapping.of(identity, channel, offset, length));
  }

  /**
   * Where the rows of a tensor lie.
   *
   * @param tensor its name
   * @param offset of the first byte in the file
   * @param byteLength of all rows together
   * @param count of rows, at least 1 where there are bytes
   */
  public record Rows(String tensor, long offset, long byteLength, long count) {}

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw LlmException.cannot("close", path, e);
    }
  }

  private interface Mapping<T> {
    T of(long offset, long length) throws IOException;
  }

  private <T> List<T> blocks(Rows rows, Mapping<T> mapping) {
    long rowBytes = rows.byteLength / rows.count;
    if (rowBytes > maxBlockBytes) {
      throw CorruptCheckpointException.of(
          path,
          "tensor " + rows.tensor,
          "rows of at most %d bytes".formatted(maxBlockBytes),
          "%d bytes".formatted(rowBytes));
    }
    long blockBytes = maxBlockBytes / rowBytes * rowBytes;
    try {
      if (channel.size() < rows.offset + rows.byteLength) {
        throw cut(rows.offset + rows.byteLength, channel.size());
      }
      List<T> blocks = new ArrayList<>();
      for (long done = 0; done < rows.byteLength; done += blockBytes) {
        long length = Math.min(blockBytes, rows.byteLength - done);
        blocks.add(mapping.of(rows.offset + done, length));
      }
      return List.copyOf(blocks);
    } catch (IOException e) {
      throw LlmException.cannot("map", path, e);
    }
  }

  private CorruptCheckpointException cut(long expected, long found) {
    return CorruptCheckpointException.of(
        path, "end of file", "at least %d bytes".formatted(expected), "%d bytes".formatted(found));
  }
}
