package org.silotune.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.silotune.llm.hub.FetchPolicy;
import org.silotune.llm.hub.ModelCache;
import org.silotune.llm.hub.ModelHub;
import picocli.CommandLine.Option;

/** Which model is measured. */
final class BenchModel {

  private static final String DEFAULT = "smollm2-135m-instruct";

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "A registered model, a folder or a .gguf file; default " + DEFAULT + ".")
  private @Nullable String model;

  @Option(names = "--offline", description = "Fetch nothing.")
  private boolean offline;

  /** Returns whether a model was named. */
  boolean isGiven() {
    return model != null;
  }

  /** Returns the name or path that was given, or the default. */
  String name() {
    return model != null ? model : DEFAULT;
  }

  /** Returns where the model is, fetched if it must be. */
  Path obtain(Console console) {
    return new ModelHub(ModelCache.standard())
        .obtain(
            name(),
            offline ? FetchPolicy.OFFLINE : FetchPolicy.ONLINE,
            new ConsoleFetchProgress(console))
        .path();
  }
}
