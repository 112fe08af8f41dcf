package org.silotune.prep.shard;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A file of a source, or a table, as it was when rows of it were prepared.
 *
 * @param bytes its length; 0 for tables
 * @param content the sha256 of a file, the snapshot of a table; empty where nobody can tell
 * @param taken rows of it that were prepared or went to quarantine, counted under a high-water mark
 * @param silos that rows of a file are in, those in quarantine too; none under a high-water mark
 * @param since the version that took the content in; 0 while none has
 */
public record SourceUnit(
    long bytes,
    String content,
    long taken,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) SortedSet<String> silos,
    int since) {

  public SourceUnit {
    requireNonNull(content, "content");
    silos =
        Collections.unmodifiableSortedSet(
            new TreeSet<>(Objects.requireNonNullElse(silos, Collections.emptySortedSet())));
  }

  /** A file or table of which nothing has been read. */
  public SourceUnit(long bytes, String content) {
    this(bytes, content, 0, Collections.emptySortedSet(), 0);
  }

  /** Returns whether this is certainly the same content. */
  public boolean holdsSameAs(SourceUnit other) {
    return !content.isEmpty() && content.equals(other.content) && bytes == other.bytes;
  }

  /** Returns the unit with another count of rows taken from it. */
  public SourceUnit withTaken(long rows) {
    return new SourceUnit(bytes, content, rows, silos, since);
  }

  /** Returns the unit with other silos. */
  public SourceUnit withSilos(SortedSet<String> newSilos) {
    return new SourceUnit(bytes, content, taken, newSilos, since);
  }

  /** Returns the unit as one that a version took in. */
  public SourceUnit withSince(int version) {
    return new SourceUnit(bytes, content, taken, silos, version);
  }
}
