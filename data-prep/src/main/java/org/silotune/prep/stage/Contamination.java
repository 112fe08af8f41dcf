package org.silotune.prep.stage;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.silotune.prep.PreparationException;
import org.silotune.prep.source.EvaluationTexts;

/**
 * Settings of the check against evaluation sets: a row is contaminated by a set if more than {@code
 * share} of its runs of words stand in the set; runs of numbers alone count on neither side. A row
 * of fewer words than a run is not checked.
 *
 * @param paths evaluation sets as files or folders of this machine: JSON, JSONL, CSV or Parquet
 * @param uris evaluation sets on any file system Hadoop knows
 * @param words words of a run, at least 1
 * @param share in [0, 1)
 * @param action what becomes of a contaminated row
 */
public record Contamination(
    List<Path> paths, List<String> uris, int words, double share, Action action) {

  /** What becomes of a contaminated row. */
  public enum Action {
    /** It goes to quarantine. */
    DROP,
    /** It is kept and counted. */
    REPORT
  }

  public Contamination {
    paths = List.copyOf(paths);
    uris = List.copyOf(uris);
    if (words < 1) {
      throw new PreparationException(
          "Invalid contamination words %d: must be >= 1".formatted(words));
    }
    if (!(share >= 0 && share < 1)) {
      throw new PreparationException(
          "Invalid contamination share %s: must be in [0, 1)".formatted(share));
    }
  }

  /** Returns the check that drops rows with one run of 13 words in a set; sets have to be named. */
  public static Contamination defaults() {
    return new Contamination(List.of(), List.of(), 13, 0, Action.DROP);
  }

  /** Checks that there is a set to check against. */
  void requireSet() {
    if (paths.isEmpty() && uris.isEmpty()) {
      throw new PreparationException(
          "Invalid contamination check: it names no evaluation set; set paths or uris, or set contamination to none");
    }
  }

  List<String> locations() {
    return Stream.concat(
            paths.stream().map(path -> "file://" + path.toAbsolutePath().toUri().getPath()),
            uris.stream())
        .toList();
  }

  /** Returns the sha256 of every set's file with its name, for a manifest: no path. */
  public List<EvaluationTexts.Digest> digests() {
    return locations().stream()
        .flatMap(location -> EvaluationTexts.digests(location).stream())
        .toList();
  }
}
