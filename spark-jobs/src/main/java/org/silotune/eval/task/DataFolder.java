package org.silotune.eval.task;

import java.util.Optional;

/** Where tasks' files lie: the seam to storage. */
public interface DataFolder {

  /** Returns the folder as messages say it. */
  String place();

  /** Returns the bytes of a file below it, or nothing where there is none. */
  Optional<byte[]> read(String file);
}
