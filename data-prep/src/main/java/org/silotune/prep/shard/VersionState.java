package org.silotune.prep.shard;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.silotune.prep.PreparationException;

/**
 * The {@code state.json} of a version: what a preparation knows of its source, for the next one to
 * take only what is new.
 *
 * @param source files by name; one entry under an empty name for a table
 * @param marks the high-water mark, at most one
 * @param groups how all rows of the folder fared, those of earlier versions too
 * @param allTrained silos in which rows train that the hash would hold out, for when they came
 *     there was nothing else to train on
 * @param countedSince which rows in quarantine count
 */
public record VersionState(
    SortedMap<String, SourceUnit> source,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<HighWaterMark> marks,
    List<RowGroup> groups,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) SortedSet<String> allTrained,
    CountedSince countedSince) {

  /** Nothing is known. */
  public static final VersionState NONE =
      new VersionState(
          Collections.emptySortedMap(),
          List.of(),
          List.of(),
          Collections.emptySortedSet(),
          new CountedSince(0));

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  public VersionState {
    source = Collections.unmodifiableSortedMap(new TreeMap<>(source));
    marks = List.copyOf(Objects.requireNonNullElse(marks, List.of()));
    groups = List.copyOf(groups);
    requireNonNull(countedSince, "countedSince");
    allTrained =
        Collections.unmodifiableSortedSet(
            new TreeSet<>(Objects.requireNonNullElse(allTrained, new TreeSet<>())));
  }

  /** Returns the highest value of the high-water column so far; none without such a column. */
  public Optional<HighWaterMark> mark() {
    return marks.stream().findFirst();
  }

  String toJson() {
    try {
      return JSON.writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write state", e);
    }
  }

  static VersionState fromJson(String where, String json) {
    try {
      return JSON.readValue(json, VersionState.class);
    } catch (JsonProcessingException | NullPointerException e) {
      throw new PreparationException(
          "Cannot read %s: %s; prepare the data again, with --rebuild or into another folder"
              .formatted(where, String.valueOf(e.getMessage()).lines().findFirst().orElse("")),
          e);
    }
  }
}
