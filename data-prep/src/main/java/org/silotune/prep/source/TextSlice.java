package org.silotune.prep.source;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The part of a text file that one task reads: the records whose first byte is in {@code [start,
 * end)}. Which slices a file is cut into never changes the rows.
 */
record TextSlice(SourceFile file, SourceFormat format, long start, long end)
    implements Serializable {

  /** Bytes of every slice of a file but the last one: few enough that all cores get as many. */
  static final long SLICE_BYTES = 8L << 20;

  /** Returns the slices of files: lines of plain text can be read from anywhere. */
  static List<TextSlice> of(SourceListing listing, long sliceBytes) {
    List<TextSlice> slices = new ArrayList<>();
    for (SourceFile file : listing.files()) {
      if (listing.format() == SourceFormat.JSONL && file.isSplittable()) {
        for (long start = 0; start < file.byteCount(); start += sliceBytes) {
          long end = Math.min(file.byteCount(), start + sliceBytes);
          slices.add(new TextSlice(file, listing.format(), start, end));
        }
      } else {
        slices.add(new TextSlice(file, listing.format(), 0, Long.MAX_VALUE));
      }
    }
    return slices;
  }

  static List<TextSlice> of(SourceListing listing) {
    return of(listing, SLICE_BYTES);
  }

  /** Opens the slice with the parser of its records. */
  Reading open() throws IOException {
    return switch (format) {
      case JSONL -> new Reading(counted(new LineScanner(file, start, end)), new JsonParser());
      case JSON -> openJson();
      case CSV -> openCsv();
      case PARQUET, DELTA, ICEBERG, AUTO -> throw new IllegalStateException(format + " is no text");
    };
  }

  private Reading openJson() throws IOException {
    if (startsWithBracket()) {
      ByteScanner bytes = file.open(0);
      bytes.skipByteOrderMark();
      return new Reading(counted(new JsonArrayScanner(bytes)), new JsonParser());
    }
    return new Reading(counted(new LineScanner(file, start, end)), new JsonParser());
  }

  private RecordScanner counted(RecordScanner all) {
    return file.isGrowing() ? new EndedRecords(all) : all;
  }

  /** Returns whether the slice's file ends inside a record, or at one's end without a line feed. */
  boolean hasOpenEnd() throws IOException {
    boolean isOpen = false;
    try (RecordScanner scanner = open().scanner()) {
      for (Optional<RawRecord> r = scanner.next(); r.isPresent(); r = scanner.next()) {
        isOpen = !r.get().isEnded();
      }
    }
    return isOpen;
  }

  private boolean startsWithBracket() throws IOException {
    try (ByteScanner bytes = file.open(0)) {
      bytes.skipByteOrderMark();
      while (JsonArrayScanner.isWhiteSpace(bytes.peek())) {
        bytes.next();
      }
      return bytes.peek() == '[';
    }
  }

  private Reading openCsv() throws IOException {
    ByteScanner bytes = file.open(0);
    bytes.skipByteOrderMark();
    RecordScanner scanner = counted(new CsvScanner(bytes));
    Optional<RawRecord> header = scanner.next();
    if (header.isEmpty()) {
      return new Reading(
          scanner, // at its end
          record -> {
            throw new IllegalStateException("No records");
          });
    }
    return new Reading(scanner, new CsvParser(file, header.get()));
  }

  /** An open slice: whoever opened it closes the scanner. */
  record Reading(RecordScanner scanner, RecordParser parser) {}
}
