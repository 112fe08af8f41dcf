package org.silotune.udf.token;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.silotune.llm.LlmException;
import org.silotune.llm.NearestName;
import org.silotune.llm.hub.FetchPolicy;
import org.silotune.llm.hub.FetchProgress;
import org.silotune.llm.hub.ModelCache;
import org.silotune.llm.hub.ModelHub;
import org.silotune.llm.hub.ModelOrigin.Bundled;
import org.silotune.llm.hub.RegisteredModel;

/**
 * Where a model that SQL names lies on this machine: a registered name stands for the model in the
 * cache, anything else is a path. A query never downloads.
 */
public final class ModelPath {

  private static final Map<String, Path> REGISTERED = new ConcurrentHashMap<>();

  private ModelPath() {}

  /**
   * Returns the path of a model; whether one is there, its reader says.
   *
   * @throws LlmException if it is a registered model that is not in the cache, or a mere word that
   *     is neither a registered model nor a file
   */
  public static Path of(String nameOrPath) {
    Path known = REGISTERED.get(nameOrPath);
    if (known != null && Files.exists(known)) {
      return known;
    }
    ModelHub hub = new ModelHub(ModelCache.standard());
    Optional<RegisteredModel> model = hub.registry().find(nameOrPath);
    if (model.isPresent()) {
      Path path = registered(hub, model.get());
      REGISTERED.put(nameOrPath, path);
      return path;
    }
    Path path = Path.of(nameOrPath);
    if (path.getNameCount() == 1 && !path.isAbsolute() && !Files.exists(path)) {
      throw new LlmException(
          "Unknown model %s%s: known are %s, or name a Hugging Face folder or .gguf file that exists"
              .formatted(
                  nameOrPath,
                  NearestName.hint(nameOrPath, hub.registry().names()),
                  String.join(", ", hub.registry().names())));
    }
    return path;
  }

  private static Path registered(ModelHub hub, RegisteredModel model) {
    if (model.origin() instanceof Bundled) {
      return hub.obtain(model.name(), FetchPolicy.OFFLINE, FetchProgress.SILENT).path();
    }
    return hub.cached(model)
        .orElseThrow(
            () ->
                new LlmException(
                    "Missing model %s in %s: a query downloads nothing; fetch it with: silotune models fetch %s"
                        .formatted(model.name(), hub.cache().root(), model.name())));
  }
}
