package org.silotune.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.silotune.fed.job.LoadedBase;
import org.silotune.fed.job.StoredFolder;
import org.silotune.llm.adapter.AdapterCheckpoint;
import org.silotune.llm.checkpoint.source.BaseFormat;
import org.silotune.llm.hub.FetchPolicy;
import org.silotune.llm.hub.ModelCache;
import org.silotune.llm.hub.ModelHub;
import org.silotune.llm.model.ComputeType;
import org.silotune.llm.model.ModelOptions;
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

  @Option(
      names = "--base",
      paramLabel = "FORM",
      description =
          "How the base is held: float32, bfloat16, int8, nf4 or gguf; default the run's, else float32.")
  private @Nullable BaseFormat form;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description = "Type of the products: float32 or bfloat16; default the run's, else float32.")
  private @Nullable ComputeType dtype;

  /**
   * Opens the model, which must be the adapter's base where there is an adapter.
   *
   * @param folder of the adapter or of its run, whose precision is taken unless an option says
   *     otherwise
   */
  LoadedBase open(@Nullable String folder, Optional<AdapterCheckpoint> adapter, Console console) {
    var base =
        LoadedBase.open(
            new ModelHub(ModelCache.standard()),
            offline ? FetchPolicy.OFFLINE : FetchPolicy.ONLINE,
            AdapterOption.baseModel(model, adapter),
            precision(folder),
            template,
            new JobConsole(console));
    adapter.ifPresent(checkpoint -> checkpoint.requireBase(base.decoder()));
    return base;
  }

  private ModelOptions precision(@Nullable String folder) {
    var of =
        Optional.ofNullable(folder)
            .map(StoredFolder::at)
            .flatMap(RunFolder::around)
            .map(RunFolder::precision)
            .orElseGet(ModelOptions::float32);
    return new ModelOptions(
        form != null ? form : of.base(), dtype != null ? dtype : of.compute(), of.offload());
  }
}
