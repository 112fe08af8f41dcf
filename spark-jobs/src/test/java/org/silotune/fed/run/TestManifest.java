package org.silotune.fed.run;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Manifests of runs that differ in what a test is about. */
public final class TestManifest {

  private TestManifest() {}

  /** Returns the manifest of a run on a model. */
  public static RunManifest of(String model) {
    return of(model, profile("avx2", Map.of()));
  }

  static RunManifest of(String model, NumericProfile profile) {
    return new RunManifest(
        7, new TreeMap<>(Map.of("model", model)), profile, new TreeMap<>(), List.of());
  }

  static NumericProfile profile(String cpuCapability, Map<String, String> environment) {
    return new NumericProfile(
        "2.7.1",
        cpuCapability,
        "float32",
        1,
        1024,
        256,
        new NumericEnvironment(new TreeMap<>(environment)),
        "");
  }
}
