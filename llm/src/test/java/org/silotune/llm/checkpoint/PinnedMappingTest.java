package org.silotune.llm.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.llm.testing.ResidentMemory;

final class PinnedMappingTest {

  private static final int COUNT = 1 << 22;
  private static final int PAGE = 1 << 16; // at least one of any system

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    byte[] bytes = new byte[COUNT];
    for (int i = 0; i < COUNT; i++) {
      bytes[i] = (byte) (i * 31);
    }
    file = Files.write(folder.resolve("weights"), bytes).toRealPath();
  }

  @Test
  void aPieceIsMappedOnceHoweverOftenItsFileIsOpened() {
    PinnedMapping first = pin(100, 5000);
    assertThat(pin(100, 5000)).isSameAs(first);
    assertThat(pin(100, 5001)).isNotSameAs(first);
    assertThat(pin(101, 5000)).isNotSameAs(first);
  }

  @Test
  void anotherFileOfTheSameNameIsMappedAnew() throws IOException {
    PinnedMapping first = pin(0, 10);
    Path other = Files.write(folder.resolve("other"), new byte[COUNT]);
    Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
    assertThat(pin(0, 10).bytes().get(1)).isZero();
    assertThat(first.bytes().get(1)).as("the file that was there").isEqualTo((byte) 31);
  }

  @Test
  void aFileThatWasWrittenToIsMappedAnew() throws IOException {
    PinnedMapping first = pin(0, 10);
    Files.setLastModifiedTime(file, FileTime.fromMillis(1));
    assertThat(pin(0, 10)).isNotSameAs(first);
  }

  @Test
  void rowsAreMappedInPiecesOfWholeRows() {
    try (MappedFile open = MappedFile.open(file, 25)) {
      assertThat(open.pin(new MappedFile.Rows("w", 7, 70, 7)))
          .extracting(PinnedMapping::byteLength)
          .containsExactly(20L, 20L, 20L, 10L);
      assertThatThrownBy(() -> open.pin(new MappedFile.Rows("w", 7, 0, 0)))
          .isInstanceOf(CorruptCheckpointException.class)
          .hasMessage("Cannot read %s: tensor w: expected at least one value, found none", file);
      assertThatThrownBy(() -> open.pin(new MappedFile.Rows("w", 7, COUNT, 1 << 20)))
          .isInstanceOf(CorruptCheckpointException.class)
          .hasMessageContaining("expected at least %d bytes", COUNT + 7);
    }
  }

  @Test
  void bytesAreReadOnlyAndReadersDoNotMoveEachOther() {
    PinnedMapping mapping = pin(3, 10);
    ByteBuffer bytes = mapping.bytes();
    bytes.position(5);
    assertThat(mapping.bytes().position()).isZero();
    assertThat(bytes.isReadOnly()).isTrue();
  }

  @Test
  void releasedPagesLeaveMemoryAndComeBackWithTheSameBytes() {
    PinnedMapping mapping = pin(1000, COUNT - 2000); // neither end at a page's
    ByteBuffer whole = content(mapping);
    assertThat(ResidentMemory.ofFile(file)).isGreaterThan(COUNT - PAGE);
    mapping.release();
    assertThat(ResidentMemory.ofFile(file)).isLessThan(PAGE);
    mapping.prefetch();
    assertThat(content(mapping)).isEqualTo(whole);
  }

  /** Reads every page. */
  private static ByteBuffer content(PinnedMapping mapping) {
    ByteBuffer bytes = mapping.bytes();
    return ByteBuffer.allocate(bytes.capacity()).put(bytes).flip();
  }

  private PinnedMapping pin(long offset, long length) {
    try (MappedFile open = MappedFile.open(file)) {
      return open.pin(new MappedFile.Rows("w", offset, length, 1)).get(0);
    }
  }
}
