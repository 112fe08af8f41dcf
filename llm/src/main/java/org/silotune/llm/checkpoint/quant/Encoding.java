package org.silotune.llm.checkpoint.quant;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How the values of a matrix of R rows and C columns lie in its parts. B is the number of blocks,
 * each of consecutive values of the row-major matrix.
 *
 * <p>The Q types are those of ggml, one part of uint8 (R, C / block size, block bytes), as it lies
 * in a GGUF file.
 */
public enum Encoding {
  /** One tensor of the values themselves. */
  PLAIN(List.of("")),
  /** int8 codes (R, C) and float32 scales (R, 1): x = code * scale. */
  INT8(List.of("", ".scales")),
  /** int8 codes (R, C) and float32 scales (1, C), for matrices whose outputs are columns. */
  INT8_COLUMNS(List.of("", ".scales")),
  /**
   * 4-bit NormalFloat with double quantisation (QLoRA, arXiv 2305.14314, section 3): uint8 codes
   * (B, 32), the first of two values in the upper half; uint8 codes of the block scales (B);
   * float32 (1 + G, 1), the mean of the block scales and the scale of each group of 256 of them.
   * The parts of bitsandbytes' {@code quantize_4bit(compress_statistics=True)}.
   */
  NF4(List.of("", ".block_scales", ".scales")),
  Q4_0(32, 18),
  Q4_1(32, 20),
  Q5_0(32, 22),
  Q5_1(32, 24),
  Q8_0(32, 34),
  Q4_K(256, 144),
  Q5_K(256, 176),
  Q6_K(256, 210);

  // An unmodifiable list.
  @SuppressWarnings("ImmutableEnumChecker")
  private final List<String> parts;

  private final int blockSize;
  private final int blockBytes;

  Encoding(List<String> parts) {
    this(parts, 1, 0);
  }

  Encoding(int blockSize, int blockBytes) {
    this(List.of(""), blockSize, blockBytes);
  }

  Encoding(List<String> parts, int blockSize, int blockBytes) {
    this.parts = parts;
    this.blockSize = blockSize;
    this.blockBytes = blockBytes;
  }

  /** Returns what the names of the parts end in, after the weight's own and the form's. */
  List<String> parts() {
    return parts;
  }

  /** Returns whether a part is blocks of ggml. */
  public boolean isGgml() {
    return blockBytes > 0;
  }

  /** Returns the number of values in a block of ggml. */
  public int blockSize() {
    return blockSize;
  }

  /** Returns the number of bytes in a block of ggml. */
  public int blockBytes() {
    return blockBytes;
  }

  /** Returns the name in those of parts. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Encoding> byLabel(String label) {
    for (Encoding encoding : values()) {
      if (encoding != PLAIN && encoding.label().equals(label)) {
        return Optional.of(encoding);
      }
    }
    return Optional.empty();
  }
}
