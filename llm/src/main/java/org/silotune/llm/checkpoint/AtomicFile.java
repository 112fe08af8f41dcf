package org.silotune.llm.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.silotune.llm.LlmException;

/** Writes a file so that its name only ever shows a whole one: temporary name, fsync, rename. */
public final class AtomicFile {

  private AtomicFile() {}

  /** Fills the file that will be renamed. */
  @FunctionalInterface
  public interface Content {

    /** Writes everything from position 0 on. */
    void writeTo(FileChannel channel) throws IOException;
  }

  /**
   * Writes {@code target}, replacing what is there. On failure what was there is intact and the
   * temporary file is gone; one that a killed process left is named {@code .<target>.<random>.tmp}.
   *
   * @throws LlmException if it cannot be written
   */
  public static void write(Path target, Content content) {
    Path folder = target.toAbsolutePath().getParent();
    try {
      Files.createDirectories(folder);
      Path temporary =
          folder.resolve(".%s.%s.tmp".formatted(target.getFileName(), UUID.randomUUID()));
      try {
        fill(temporary, content);
        Files.move(
            temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(temporary);
      }
      sync(folder);
    } catch (IOException e) {
      throw LlmException.cannot("write", target, e);
    }
  }

  /**
   * Writes {@code target} as {@link #write(Path, Content)} does.
   *
   * @throws LlmException if it cannot be written
   */
  public static void write(Path target, byte[] content) {
    write(target, channel -> writeAll(channel, content));
  }

  /**
   * Writes {@code target} as the last file of several: it is on the disk before {@code others} are
   * written and takes its name right after them, so that a full disk or a failure of theirs leaves
   * what was there.
   *
   * @throws LlmException if it cannot be written
   */
  public static void writeLast(Path target, byte[] content, Runnable others) {
    write(
        target,
        channel -> {
          writeAll(channel, content);
          channel.force(true);
          others.run();
        });
  }

  private static void writeAll(FileChannel channel, byte[] content) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(content);
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static void fill(Path temporary, Content content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      content.writeTo(channel);
      channel.force(true);
    }
  }

  /** Makes the rename itself durable. */
  private static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
