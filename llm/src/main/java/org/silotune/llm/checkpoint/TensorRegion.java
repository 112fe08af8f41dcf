package org.silotune.llm.checkpoint;

/**
 * Where a tensor lies in its file.
 *
 * @param info what it is
 * @param offset the position of its first byte in the file
 */
record TensorRegion(TensorInfo info, long offset) {

  /** Returns the position after its last byte. */
  long end() {
    return offset + info.byteLength();
  }

  /** Returns its rows. */
  MappedFile.Rows rows() {
    return new MappedFile.Rows(info.name(), offset, info.byteLength(), info.rowCount());
  }
}
