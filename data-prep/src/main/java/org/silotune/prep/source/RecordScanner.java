package org.silotune.prep.source;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/** Cuts a file into records without decoding them. */
interface RecordScanner extends Closeable {

  /** Returns the next record that is not blank, or none at the end. */
  Optional<RawRecord> next() throws IOException;
}
