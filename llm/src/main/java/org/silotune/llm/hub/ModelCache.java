package org.silotune.llm.hub;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The user's folder of fetched and converted models and of fetched data sets, shared by every run
 * and every process.
 *
 * <pre>
 * models/&lt;name&gt;/...                             what was fetched or unpacked, complete and checked
 * converted/&lt;sha256 of the source&gt;/             float32 copies of quantised weights
 * datasets/&lt;name&gt;/...                           data sets that were fetched
 * </pre>
 *
 * @param root {@code $SILOTUNE_CACHE}, else {@code $XDG_CACHE_HOME/silotune}, else {@code
 *     ~/.cache/silotune}
 */
public record ModelCache(Path root) {

  public ModelCache {
    root = root.toAbsolutePath().normalize();
  }

  /** Returns the cache that this process's environment names. */
  public static ModelCache standard() {
    return of(System.getenv(), Path.of(System.getProperty("user.home")));
  }

  static ModelCache of(Map<String, String> environment, Path home) {
    requireNonNull(home, "home");
    @Nullable String own = environment.get("SILOTUNE_CACHE");
    if (own != null && !own.isBlank()) {
      return new ModelCache(Path.of(own));
    }
    @Nullable String shared = environment.get("XDG_CACHE_HOME");
    if (shared != null && !shared.isBlank()) {
      return new ModelCache(Path.of(shared, "silotune"));
    }
    return new ModelCache(home.resolve(".cache").resolve("silotune"));
  }

  /** Returns the folder of a registered model, whether or not it is there. */
  public Path modelFolder(String name) {
    return models().resolve(name);
  }

  /** Returns the folder of fetched and unpacked models. */
  Path models() {
    return root.resolve("models");
  }

  /** Returns the folder of fetched data sets. */
  public Path datasets() {
    return root.resolve("datasets");
  }

  /** Returns the folder of weights converted from a file of this hash. */
  Path convertedFolder(String sha256) {
    return root.resolve("converted").resolve(sha256);
  }
}
