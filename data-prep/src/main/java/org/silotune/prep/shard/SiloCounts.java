package org.silotune.prep.shard;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * What the manifest says of one silo.
 *
 * @param name the silo
 * @param train rows that are learnt from
 * @param validation held-out rows for decisions
 * @param test held-out rows for reports
 * @param quarantinedCount rows known to be the silo's that went to quarantine
 * @param profile what the rows of all splits are like; empty in folders made before it was kept
 * @param versions of an incremental folder that hold rows of the silo; none in any other folder
 */
public record SiloCounts(
    String name,
    ShardCounts train,
    ShardCounts validation,
    ShardCounts test,
    long quarantinedCount,
    SiloProfile profile,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Integer> versions)
    implements Serializable {

  public SiloCounts {
    requireNonNull(name, "name");
    requireNonNull(train, "train");
    requireNonNull(validation, "validation");
    requireNonNull(test, "test");
    profile = Objects.requireNonNullElse(profile, SiloProfile.EMPTY);
    versions = List.copyOf(Objects.requireNonNullElse(versions, List.of()));
  }

  /** The counts of a silo that was prepared at once. */
  public SiloCounts(
      String name,
      ShardCounts train,
      ShardCounts validation,
      ShardCounts test,
      long quarantinedCount,
      SiloProfile profile) {
    this(name, train, validation, test, quarantinedCount, profile, List.of());
  }

  /** The counts of a silo whose rows nobody has looked at. */
  public SiloCounts(
      String name,
      ShardCounts train,
      ShardCounts validation,
      ShardCounts test,
      long quarantinedCount) {
    this(name, train, validation, test, quarantinedCount, SiloProfile.EMPTY);
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
