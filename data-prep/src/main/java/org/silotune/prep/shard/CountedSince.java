package org.silotune.prep.shard;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;
import java.util.Collection;
import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * From which version on rows in quarantine count: those of a silo that was prepared again, or of a
 * file that changed, are in quarantine once more with that version.
 *
 * @param version of all rows
 * @param silos of the rows of a silo, where it is a later one
 * @param files of the rows of a file that have no silo, where it is a later one
 */
public record CountedSince(
    int version,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) SortedMap<String, Integer> silos,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) SortedMap<String, Integer> files)
    implements Serializable {

  public CountedSince {
    silos = copy(silos);
    files = copy(files);
  }

  /** All rows count from a version on. */
  public CountedSince(int version) {
    this(version, Collections.emptySortedMap(), Collections.emptySortedMap());
  }

  /** Returns what a version makes of it that prepares silos again for some files ended. */
  public CountedSince after(int newVersion, Collection<String> again, Collection<String> ended) {
    TreeMap<String, Integer> newSilos = new TreeMap<>(silos);
    again.forEach(silo -> newSilos.put(silo, newVersion));
    TreeMap<String, Integer> newFiles = new TreeMap<>(files);
    ended.forEach(file -> newFiles.put(file, newVersion));
    return new CountedSince(version, newSilos, newFiles);
  }

  /** Returns whether a row that went to quarantine with a version counts. */
  public boolean counts(int rowVersion, Optional<String> silo, Optional<String> file) {
    int since =
        silo.map(name -> silos.getOrDefault(name, version))
            .orElseGet(() -> file.map(name -> files.getOrDefault(name, version)).orElse(version));
    return rowVersion >= since;
  }

  private static SortedMap<String, Integer> copy(@Nullable SortedMap<String, Integer> versions) {
    return Collections.unmodifiableSortedMap(
        new TreeMap<>(Objects.requireNonNullElse(versions, Collections.emptySortedMap())));
  }
}
