package org.silotune.prep.source;

/**
 * The bytes of one record, as they are in the file.
 *
 * @param offset of the first byte in the uncompressed file
 * @param bytes not copied
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RawRecord(long offset, byte[] bytes) {

  /** Returns whether there is nothing but white space. */
  boolean isBlank() {
    for (byte value : bytes) {
      if (value != ' ' && value != '\t' && value != '\r' && value != '\n') {
        return false;
      }
    }
    return true;
  }
}
