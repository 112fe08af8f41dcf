package org.silotune.cli;

import java.nio.file.Path;
import org.silotune.llm.hub.FetchPolicy;
import org.silotune.llm.hub.ModelCache;
import org.silotune.llm.hub.ModelHub;
import picocli.CommandLine.Option;

/** Which model is measured. */
final class BenchModel {

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      defaultValue = "smollm2-135m-instruct",
      description = "A registered model, a folder or a .gguf file; default ${DEFAULT-VALUE}.")
  private String model;

  @Option(names = "--offline", description = "Fetch nothing.")
  private boolean offline;

  /** Returns the name or path that was given. */
  String name() {
    return model;
  }

  /** Returns where the model is, fetched if it must be. */
  Path obtain(Console console) {
    return new ModelHub(ModelCache.standard())
        .obtain(
            model,
            offline ? FetchPolicy.OFFLINE : FetchPolicy.ONLINE,
            new ConsoleFetchProgress(console))
        .path();
  }
}
