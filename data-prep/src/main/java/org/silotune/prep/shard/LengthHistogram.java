package org.silotune.prep.shard;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.Serializable;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How many examples have how many tokens. A bucket is named by its least length; there are four to
 * each doubling: 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, ...
 *
 * @param examples by bucket, empty buckets left out
 */
public record LengthHistogram(@JsonValue SortedMap<Integer, Long> examples)
    implements Serializable {

  /** No examples. */
  public static final LengthHistogram EMPTY = new LengthHistogram(new TreeMap<>());

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public LengthHistogram {
    examples = Collections.unmodifiableSortedMap(new TreeMap<>(examples));
  }

  /** Returns the least length of the bucket that a length is in. */
  public static int bucket(int length) {
    if (length < 1) {
      throw new IllegalArgumentException("Invalid length %d: must be >= 1".formatted(length));
    }
    int step = Math.max(1, Integer.highestOneBit(length) / 4);
    return length - length % step;
  }

  /** Returns the sum of two histograms. */
  public LengthHistogram plus(LengthHistogram other) {
    TreeMap<Integer, Long> sum = new TreeMap<>(examples);
    other.examples.forEach((bucket, count) -> sum.merge(bucket, count, Long::sum));
    return new LengthHistogram(sum);
  }

  /** Returns all examples. */
  public long total() {
    return examples.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Returns the least length of the first bucket; 0 without examples. */
  public int first() {
    return examples.isEmpty() ? 0 : examples.firstKey();
  }

  /** Returns the least length of the last bucket; 0 without examples. */
  public int last() {
    return examples.isEmpty() ? 0 : examples.lastKey();
  }

  /** Returns the largest length of the bucket that a length is in. */
  public static int end(int length) {
    return bucket(length) + Math.max(1, Integer.highestOneBit(length) / 4) - 1;
  }
}
