package org.silotune.prep.shard;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.silotune.prep.PreparationException;

/** What a row of a silo is for; the order of the constants is the order in hashes and listings. */
public enum Split {
  /** Rows that local updates learn from. */
  TRAIN,
  /** Held-out rows that choose the best round and stop early. */
  VALIDATION,
  /** Held-out rows that only reports see. */
  TEST;

  /** Returns the name used in paths, columns and JSON: {@code train, validation, test}. */
  @JsonValue
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the split of a label.
   *
   * @throws PreparationException if there is none, with the known labels
   */
  @JsonCreator
  public static Split of(String label) {
    return Arrays.stream(values())
        .filter(split -> split.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new PreparationException(
                    "Invalid split %s: must be one of %s"
                        .formatted(
                            label,
                            Arrays.stream(values())
                                .map(Split::label)
                                .collect(Collectors.joining(", ")))));
  }
}
