package org.silotune.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.silotune.fed.job.LoadedBase;
import org.silotune.llm.adapter.AdapterCheckpoint;
import org.silotune.llm.hub.FetchPolicy;
import org.silotune.llm.hub.ModelCache;
import org.silotune.llm.hub.ModelHub;
import org.silotune.prep.job.PrepareConfig;
import picocli.CommandLine.Option;

/** The base model that a command asks, with or without an adapter on top. */
final class BaseModelOptions {

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "A registered model, a folder or a .gguf file; default the adapter's base.")
  private @Nullable String model;

  @Option(
      names = "--template",
      paramLabel = "NAME",
      defaultValue = PrepareConfig.AUTO_TEMPLATE,
      description = "A chat template by name; default the model's own.")
  private String template;

  @Option(names = "--offline", description = "Fetch nothing.")
  private boolean offline;

  /** Opens the model, which must be the adapter's base where there is an adapter. */
  LoadedBase open(Optional<AdapterCheckpoint> adapter, Console console) {
    var base =
        LoadedBase.open(
            new ModelHub(ModelCache.standard()),
            offline ? FetchPolicy.OFFLINE : FetchPolicy.ONLINE,
            AdapterOption.baseModel(model, adapter),
            template,
            new JobConsole(console));
    adapter.ifPresent(checkpoint -> checkpoint.requireBase(base.decoder()));
    return base;
  }
}
