package org.silotune.llm.checkpoint.gguf;

import java.util.Optional;

/**
 * The tensor types of ggml that can be read, each with its number in a GGUF file, the values and
 * bytes of a block, and the decoder of its family.
 */
public enum GgmlType {
  F32(0, 1, 4, PlainDecoders::f32),
  F16(1, 1, 2, PlainDecoders::f16),
  Q4_0(2, 32, 18, NibbleDecoders::q4v0),
  Q4_1(3, 32, 20, NibbleDecoders::q4v1),
  Q5_0(6, 32, 22, NibbleDecoders::q5v0),
  Q5_1(7, 32, 24, NibbleDecoders::q5v1),
  Q8_0(8, 32, 34, EightBitDecoder::q8v0),
  Q4_K(12, 256, 144, MinimumKDecoders::q4k),
  Q5_K(13, 256, 176, MinimumKDecoders::q5k),
  Q6_K(14, 256, 210, SixBitKDecoder::q6k),
  BF16(30, 1, 2, PlainDecoders::bf16);

  private final int id;
  private final int blockSize;
  private final int blockBytes;

  // A static function without state.
  @SuppressWarnings("ImmutableEnumChecker")
  private final BlockDecoder decoder;

  GgmlType(int id, int blockSize, int blockBytes, BlockDecoder decoder) {
    this.id = id;
    this.blockSize = blockSize;
    this.blockBytes = blockBytes;
    this.decoder = decoder;
  }

  /** Returns the type with this number, if it can be read. */
  static Optional<GgmlType> byId(int id) {
    for (GgmlType type : values()) {
      if (type.id == id) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** Returns the number of values in a block. */
  public int blockSize() {
    return blockSize;
  }

  /** Returns the number of bytes in a block. */
  public int blockBytes() {
    return blockBytes;
  }

  BlockDecoder decoder() {
    return decoder;
  }
}
