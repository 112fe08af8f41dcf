package org.silotune.fed.run;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a run was made from, beside its configuration.
 *
 * @param seed every random choice derives from it
 * @param hashes sha256 in hex of what goes in: {@code data}, {@code model}, {@code tokenizer}
 * @param profile the numeric profile
 * @param versions of the software that made it: recorded, not compared
 */
public record RunManifest(
    long seed,
    SortedMap<String, String> hashes,
    NumericProfile profile,
    SortedMap<String, String> versions) {

  public RunManifest {
    hashes = Collections.unmodifiableSortedMap(new TreeMap<>(hashes));
    versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
  }

  /** Returns what must be equal for a run to resume. */
  ResolvedConfig comparable() {
    TreeMap<String, String> values = new TreeMap<>();
    values.put("seed", Long.toString(seed));
    hashes.forEach((name, hash) -> values.put("sha256." + name, hash));
    profile.values().forEach((name, value) -> values.put("profile." + name, value));
    return new ResolvedConfig(values);
  }
}
