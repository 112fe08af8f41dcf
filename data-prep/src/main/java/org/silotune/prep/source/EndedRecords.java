package org.silotune.prep.source;

import java.io.IOException;
import java.util.Optional;

/** The records of a file that is being written to, but for a last one that has not ended yet. */
record EndedRecords(RecordScanner records) implements RecordScanner {

  @Override
  public Optional<RawRecord> next() throws IOException {
    return records.next().filter(RawRecord::isEnded);
  }

  @Override
  public void close() throws IOException {
    records.close();
  }
}
