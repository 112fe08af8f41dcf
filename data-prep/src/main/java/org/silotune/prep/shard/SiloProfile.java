package org.silotune.prep.shard;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.util.Objects;

/**
 * What a silo's examples are like, over all splits.
 *
 * @param categories rows by category; none where the data have too many of them
 * @param lengths examples by tokens
 * @param quantiles of the lengths; unknown in folders made before they were kept
 */
public record SiloProfile(
    CategoryMix categories, LengthHistogram lengths, LengthQuantiles quantiles)
    implements Serializable {

  /** A silo of which nothing is known. */
  public static final SiloProfile EMPTY =
      new SiloProfile(CategoryMix.EMPTY, LengthHistogram.EMPTY, LengthQuantiles.UNKNOWN);

  public SiloProfile {
    requireNonNull(categories, "categories");
    requireNonNull(lengths, "lengths");
    quantiles = Objects.requireNonNullElse(quantiles, LengthQuantiles.UNKNOWN);
  }

  /** Returns the profile of the examples of two silos together, but for its quantiles. */
  public SiloProfile plus(SiloProfile other) {
    return new SiloProfile(
        categories.plus(other.categories), lengths.plus(other.lengths), LengthQuantiles.UNKNOWN);
  }
}
