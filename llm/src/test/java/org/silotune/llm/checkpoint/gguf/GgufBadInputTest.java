package org.silotune.llm.checkpoint.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.CorruptCheckpointException;
import org.silotune.llm.testing.Golden;

/** What is wrong with a GGUF file is said with the file, the place, expected and found. */
final class GgufBadInputTest {

  private static final int F32 = 0;
  private static final int Q4_0 = 2;
  private static final int UINT32 = 4;
  private static final int BOOL = 7;
  private static final int STRING = 8;
  private static final int ARRAY = 9;
  private static final int UINT64 = 10;
  private static final long HUGE = 1L << 60;

  @TempDir Path folder;

  static Stream<Arguments> lies() {
    return Stream.of(
        lie(
            new GgufBytes().raw("GGML").u32(3),
            "byte 0, magic: expected GGUF (0x46554747), found 0x4c4d4747"),
        lie(
            new GgufBytes().raw("GG"),
            "byte 0, magic: expected 4 more bytes, found the end of the file at 2"),
        lie(new GgufBytes().raw("GGUF").u32(1), "byte 4, version: expected 2 or 3, found 1"),
        lie(new GgufBytes().raw("GGUF").u32(4), "byte 4, version: expected 2 or 3, found 4"),
        lie(
            new GgufBytes().raw("GGUF").u32(3 << 24),
            "byte 4, version: expected 2 or 3, found 3 of a big-endian file"),
        lie(
            GgufBytes.begin(HUGE, 0),
            "byte 8, number of tensors: expected at most 0, found 1152921504606846976"),
        lie(
            GgufBytes.begin(0, -1),
            "byte 16, number of metadata entries: expected at most 0, found 18446744073709551615"),
        lie(
            GgufBytes.begin(0, 1).u64(HUGE).u64(0),
            "byte 24, key of metadata entry 0, length: expected at most 8, found 1152921504606846976"),
        lie(
            GgufBytes.begin(0, 1).text("k").u32(13).u64(0),
            "byte 33, metadata k, type: expected 0 to 12, found 13"),
        lie(
            GgufBytes.begin(0, 1).text("k").u32(BOOL).u8(2),
            "byte 37, metadata k: expected a boolean, 0 or 1, found 2"),
        lie(
            GgufBytes.begin(0, 1).text("k").u32(UINT64).u64(-1),
            "byte 37, metadata k: expected at most 2^63 - 1, found 18446744073709551615"),
        lie(
            GgufBytes.begin(0, 1).text("k").u32(UINT32).u8(1),
            "byte 37, metadata k: expected 4 more bytes, found the end of the file at 38"),
        lie(
            GgufBytes.begin(0, 1).text("k").u32(STRING).u64(1).u8(0xff),
            "byte 45, metadata k: expected UTF-8, found other bytes (Input length = 1)"),
        lie(
            GgufBytes.begin(0, 1).text("k").u32(ARRAY).u32(UINT32).u64(HUGE),
            "byte 41, metadata k, count: expected at most 0, found 1152921504606846976"),
        lie(
            GgufBytes.begin(0, 2).text("k").u32(UINT32).u32(1).text("k").u32(UINT32).u32(1),
            "byte 41, metadata k: expected a key that was not given before, found a second entry"),
        lie(nested(6), "byte 85, metadata k: expected arrays at most 4 deep, found deeper ones"),
        lie(
            GgufBytes.begin(0, 1).text("general.alignment").u32(UINT32).u32(24),
            "metadata general.alignment: expected a power of two up to 2^30, found 24"),
        lie(
            GgufBytes.begin(1, 0).tensor("w", 99, 0, 4).data(16),
            "byte 45, tensor w, type: expected a ggml type that can be read, one of [F32, F16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K, Q6_K, BF16], found type number 99"),
        lie(
            GgufBytes.begin(1, 0).tensor("w", F32, 0, 1, 1, 1, 1, 1).data(16),
            "byte 24, tensor w, number of dimensions: expected at most 4, found 5"),
        lie(
            GgufBytes.begin(1, 0).tensor("w", F32, 0, -1).data(16),
            "byte 37, tensor w, dimension: expected at most 2^63 - 1, found 18446744073709551615"),
        lie(
            GgufBytes.begin(1, 0).tensor("w", F32, 0, HUGE, HUGE).data(16),
            "byte 24, tensor w, shape: expected fewer than 2^60 values, found [1152921504606846976, 1152921504606846976]"),
        lie(
            GgufBytes.begin(1, 0).tensor("w", Q4_0, 0, 16, 2).data(18),
            "byte 24, tensor w, shape: expected rows of whole Q4_0 blocks of 32 values, found [2, 16]"),
        lie(
            GgufBytes.begin(1, 0).tensor("w", F32, 16, 4).data(64),
            "byte 24, tensor w, offset: expected a multiple of 32, found 16"),
        lie(
            GgufBytes.begin(1, 0).tensor("w", F32, 0, 4).data(15),
            "byte 24, tensor w: expected 16 bytes from byte 64 on, found the end of the file at 79"),
        lie(
            GgufBytes.begin(1, 0).tensor("w", F32, HUGE, 4).data(16),
            "byte 24, tensor w: expected 16 bytes from byte 1152921504606847040 on, found the end of the file at 80"),
        lie(
            GgufBytes.begin(2, 0).tensor("v", F32, 0, 9).tensor("w", F32, 32, 4).data(64),
            "byte 128, tensor w: expected to begin after tensor v, which ends at byte 132, found an overlap"),
        lie(
            GgufBytes.begin(2, 0).tensor("w", F32, 0, 4).tensor("w", F32, 32, 4).data(64),
            "tensor w: expected a name that was not given before, found a second entry"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("lies")
  void aHeadThatCannotBeTrueIsRefused(GgufBytes bytes, String message) {
    Path file = bytes.write(folder.resolve("bad.gguf"));
    assertThatThrownBy(() -> GgufFile.open(file))
        .isInstanceOf(CorruptCheckpointException.class)
        .hasMessage("Cannot read %s: %s", file, message);
  }

  @Test
  void aSoundSmallFileOpens() {
    Path file =
        GgufBytes.begin(2, 1)
            .text("k")
            .u32(UINT32)
            .u32(7)
            .tensor("v", F32, 0, 8)
            .tensor("w", Q4_0, 32, 32, 2)
            .data(32 + 36)
            .write(folder.resolve("good.gguf"));
    try (GgufFile open = GgufFile.open(file)) {
      assertThat(open.names()).containsExactly("v", "w");
      assertThat(open.tensor("w").shape()).containsExactly(2, 32);
      assertThat(open.metadata().requireWhole("k")).isEqualTo(7);
    }
  }

  @Test
  void aFileCutAfterItWasOpenedIsNoticedWhenRead() throws Exception {
    byte[] bytes = Files.readAllBytes(Golden.path("gguf/every-type.gguf"));
    Path file = Files.write(folder.resolve("cut.gguf"), bytes);
    try (GgufFile open = GgufFile.open(file)) {
      Files.write(file, Arrays.copyOf(bytes, bytes.length - 700));
      assertThatThrownBy(() -> open.reader("Q6_K").read(0, 768, new float[768], 0))
          .isInstanceOf(CorruptCheckpointException.class)
          .hasMessageContaining("tensor Q6_K: expected 630 bytes from byte");
    }
  }

  @Test
  void aMissingFileIsNamed() {
    Path file = folder.resolve("model.gguf");
    assertThatThrownBy(() -> GgufFile.open(file))
        .isInstanceOf(LlmException.class)
        .hasMessage("Missing weight file %s", file);
  }

  private static GgufBytes nested(int depth) {
    GgufBytes bytes = GgufBytes.begin(0, 1).text("k").u32(ARRAY);
    for (int i = 0; i < depth; i++) {
      bytes.u32(ARRAY).u64(1);
    }
    return bytes.u32(UINT32).u64(0).data(64);
  }

  private static Arguments lie(GgufBytes bytes, String message) {
    return Arguments.of(bytes, message);
  }
}
