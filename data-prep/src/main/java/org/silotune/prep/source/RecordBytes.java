package org.silotune.prep.source;

import java.io.ByteArrayOutputStream;
import java.util.Optional;

/**
 * The bytes of a record as a scanner comes upon them: kept up to a bound and only counted beyond
 * it, so that a record without an end takes no more memory than the longest one with an end.
 */
final class RecordBytes {

  /** Bytes of the longest record. */
  static final int LIMIT = 64 << 20;

  private final int limit;
  private ByteArrayOutputStream kept = new ByteArrayOutputStream(256);
  private long count;
  private boolean hasEnded;

  RecordBytes() {
    this(LIMIT);
  }

  RecordBytes(int limit) {
    this.limit = limit;
  }

  void add(int value) {
    count++;
    if (count <= limit) {
      kept.write(value);
    } else if (count == limit + 1L) {
      kept = new ByteArrayOutputStream(0);
    }
  }

  void add(byte[] bytes, int from, int length) {
    count += length;
    if (count <= limit) {
      kept.write(bytes, from, length);
    } else {
      kept = new ByteArrayOutputStream(0);
    }
  }

  /** Says that the record is whole: what ends it has been seen. */
  void end() {
    hasEnded = true;
  }

  /** Returns the record that begins at a place. */
  RawRecord at(ByteScanner.Place place) {
    return count <= limit
        ? new RawRecord(place, kept.toByteArray(), Optional.empty(), hasEnded)
        : RawRecord.rejected(
            place,
            QuarantineReason.OVERSIZED_RECORD,
            "%d bytes, a record may have %d".formatted(count, limit),
            hasEnded);
  }

  /** Returns these bytes as the rest of a file, which nobody can cut into records. */
  RawRecord rest(ByteScanner.Place place, String why) {
    return RawRecord.rejected(
        place,
        QuarantineReason.UNREADABLE_REST,
        "%s; the file has %d more bytes from here on".formatted(why, count),
        /* isEnded= */ false);
  }
}
