package org.silotune.prep.source;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import org.silotune.prep.PreparationException;

/**
 * Files grew while they were read, and the last record of each had no end when they were listed: it
 * may have been read in part. Read as {@linkplain SourceSnapshot#growing growing} ones they are
 * without it.
 */
public final class OpenEndException extends PreparationException {

  private final TreeSet<String> files;

  OpenEndException(SortedSet<String> files) {
    super(
        "Cannot prepare from files %s: they grew while they were read, and ended inside a record before; give the command again"
            .formatted(String.join(", ", files)));
    this.files = new TreeSet<>(files);
  }

  /** Returns their names. */
  public SortedSet<String> files() {
    return Collections.unmodifiableSortedSet(files);
  }
}
