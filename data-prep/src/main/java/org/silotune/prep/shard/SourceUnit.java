package org.silotune.prep.shard;

import static java.util.Objects.requireNonNull;

/**
 * A file of a source, or a table, as it was when rows of it were prepared.
 *
 * @param bytes its length; 0 for tables
 * @param content the sha256 of a file, the snapshot of a table; empty where nobody can tell
 * @param taken rows of it that were prepared or went to quarantine, counted under a high-water mark
 */
public record SourceUnit(long bytes, String content, long taken) {

  public SourceUnit {
    requireNonNull(content, "content");
  }

  /** Returns whether this is certainly the same content. */
  public boolean holdsSameAs(SourceUnit other) {
    return !content.isEmpty() && content.equals(other.content) && bytes == other.bytes;
  }

  /** Returns the unit with more rows taken from it. */
  public SourceUnit withTaken(long rows) {
    return new SourceUnit(bytes, content, rows);
  }
}
