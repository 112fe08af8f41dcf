package org.silotune.prep.shard;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;

/**
 * What the manifest says of one silo.
 *
 * @param name the silo
 * @param train rows that are learnt from
 * @param validation held-out rows for decisions
 * @param test held-out rows for reports
 * @param quarantinedCount rows known to be the silo's that went to quarantine
 */
public record SiloCounts(
    String name, ShardCounts train, ShardCounts validation, ShardCounts test, long quarantinedCount)
    implements Serializable {

  public SiloCounts {
    requireNonNull(name, "name");
    requireNonNull(train, "train");
    requireNonNull(validation, "validation");
    requireNonNull(test, "test");
  }

  /** Returns the counts of one split. */
  public ShardCounts of(Split split) {
    return switch (split) {
      case TRAIN -> train;
      case VALIDATION -> validation;
      case TEST -> test;
    };
  }

  /** Returns the rows over all splits. */
  public long exampleCount() {
    return train.exampleCount() + validation.exampleCount() + test.exampleCount();
  }
}
