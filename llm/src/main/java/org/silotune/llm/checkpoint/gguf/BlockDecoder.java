package org.silotune.llm.checkpoint.gguf;

/** Turns stored blocks of one ggml type into floats; stateless. */
@FunctionalInterface
interface BlockDecoder {

  /**
   * Decodes whole blocks.
   *
   * @param blocks the stored bytes, from index 0
   * @param blockCount the number of blocks to decode
   * @param into receives {@code blockCount} times the type's block size floats
   * @param offset the index of the first float in {@code into}
   */
  void decode(byte[] blocks, int blockCount, float[] into, int offset);
}
