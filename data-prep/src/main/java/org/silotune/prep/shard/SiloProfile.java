package org.silotune.prep.shard;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;

/**
 * What a silo's examples are like, over all splits.
 *
 * @param categories rows by category; none where the data have too many of them
 * @param lengths examples by tokens
 */
public record SiloProfile(CategoryMix categories, LengthHistogram lengths) implements Serializable {

  /** A silo of which nothing is known. */
  public static final SiloProfile EMPTY = new SiloProfile(CategoryMix.EMPTY, LengthHistogram.EMPTY);

  public SiloProfile {
    requireNonNull(categories, "categories");
    requireNonNull(lengths, "lengths");
  }

  /** Returns the profile of the examples of two silos together. */
  public SiloProfile plus(SiloProfile other) {
    return new SiloProfile(categories.plus(other.categories), lengths.plus(other.lengths));
  }
}
