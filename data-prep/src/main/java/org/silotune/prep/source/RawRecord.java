package org.silotune.prep.source;

import java.util.Optional;

/**
 * The bytes of one record, as they are in the file.
 *
 * @param place of the first byte in the uncompressed file
 * @param bytes not copied; none where they are no record
 * @param rejection why they are none, as far as that shows before anything is decoded
 * @param isEnded whether a line feed, comma or bracket ends it; else the file ends inside it, or at
 *     its end
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RawRecord(
    ByteScanner.Place place,
    byte[] bytes,
    Optional<RejectedRecordException> rejection,
    boolean isEnded) {

  /** A whole record. */
  RawRecord(ByteScanner.Place place, byte[] bytes) {
    this(place, bytes, Optional.empty(), /* isEnded= */ true);
  }

  long offset() {
    return place.offset();
  }

  /** Returns what is no record and goes to quarantine. */
  static RawRecord rejected(
      ByteScanner.Place place, QuarantineReason reason, String detail, boolean isEnded) {
    return new RawRecord(
        place, new byte[0], Optional.of(new RejectedRecordException(reason, detail)), isEnded);
  }

  /** Returns whether there is nothing but white space. */
  boolean isBlank() {
    if (rejection.isPresent()) {
      return false;
    }
    for (byte value : bytes) {
      if (value != ' ' && value != '\t' && value != '\r' && value != '\n') {
        return false;
      }
    }
    return true;
  }
}
