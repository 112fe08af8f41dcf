package org.silotune.llm.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ModelCacheTest {

  private static final Path HOME = Path.of("/home/ann");

  @Test
  void ownVariableWinsOverTheSharedOneAndBothOverHome() {
    assertThat(root(Map.of("SILOTUNE_CACHE", "/a", "XDG_CACHE_HOME", "/b"))).isEqualTo("/a");
    assertThat(root(Map.of("SILOTUNE_CACHE", " ", "XDG_CACHE_HOME", "/b")))
        .isEqualTo("/b/silotune");
    assertThat(root(Map.of())).isEqualTo("/home/ann/.cache/silotune");
  }

  @Test
  void modelsHaveFoldersOfTheirOwn() {
    var cache = new ModelCache(Path.of("/c"));
    assertThat(cache.modelFolder("tiny")).isEqualTo(Path.of("/c/models/tiny"));
  }

  private static String root(Map<String, String> environment) {
    return ModelCache.of(environment, HOME).root().toString();
  }
}
