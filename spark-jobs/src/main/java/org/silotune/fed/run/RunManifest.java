package org.silotune.fed.run;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a run was made from, beside its configuration.
 *
 * @param seed every random choice derives from it
 * @param hashes sha256 in hex of what goes in: {@code data}, {@code model}, {@code tokenizer}
 * @param profile the numeric profile
 * @param versions of the software that made it: recorded, not compared
 * @param warnings where parts of the run were computed on another profile
 */
public record RunManifest(
    long seed,
    SortedMap<String, String> hashes,
    NumericProfile profile,
    SortedMap<String, String> versions,
    List<String> warnings) {

  public RunManifest {
    hashes = Collections.unmodifiableSortedMap(new TreeMap<>(hashes));
    versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
    warnings = List.copyOf(warnings);
  }

  /** Returns the manifest with the canary that the run's executors must have. */
  RunManifest withCanary(String hash) {
    return new RunManifest(seed, hashes, profile.withCanary(hash), versions, warnings);
  }

  /** Returns the manifest with a warning, once. */
  RunManifest withWarning(String warning) {
    List<String> all = new ArrayList<>(warnings);
    if (!all.contains(warning)) {
      all.add(warning);
    }
    return new RunManifest(seed, hashes, profile, versions, all);
  }

  /** Returns what must be equal for a run to resume. */
  ResolvedConfig inputs() {
    TreeMap<String, String> values = new TreeMap<>();
    values.put("seed", Long.toString(seed));
    hashes.forEach((name, hash) -> values.put("sha256." + name, hash));
    return new ResolvedConfig(values);
  }
}
