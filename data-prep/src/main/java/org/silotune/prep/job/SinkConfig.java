package org.silotune.prep.job;

import static java.util.Objects.requireNonNull;

import org.silotune.prep.PreparationException;
import org.silotune.prep.source.LakeFormat;

/**
 * A table that holds the examples of a prepared folder too, for SQL.
 *
 * @param table its name in Spark's catalog, such as {@code lake.silos.examples} or {@code
 *     delta.`/lake/examples`}
 * @param format how it is kept
 */
public record SinkConfig(String table, LakeFormat format) {

  public SinkConfig {
    requireNonNull(format, "format");
    if (table.isBlank()) {
      throw new PreparationException("Invalid sink table: must not be blank; name a table");
    }
  }
}
