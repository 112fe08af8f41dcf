package org.silotune.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.silotune.fed.job.ExperimentConfig;
import org.silotune.fed.job.LoadedBase;
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
      description = "A chat template by name; default the run's, else the model's own.")
  private @Nullable String template;

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
      description =
          "Type of the products: float32, bfloat16 or float16; default the run's, else float32.")
  private @Nullable ComputeType dtype;

  /**
   * Opens the model, which must be the adapter's base where there is an adapter.
   *
   * @param folder of the adapter or of its run, whose precision and template are taken unless an
   *     option says otherwise
   */
  LoadedBase open(@Nullable String folder, Optional<AdapterCheckpoint> adapter, Console console) {
    var run = RunFolder.around(folder).map(RunFolder::experiment);
    var base =
        LoadedBase.open(
            new ModelHub(ModelCache.standard()),
            offline ? FetchPolicy.OFFLINE : FetchPolicy.ONLINE,
            AdapterOption.baseModel(model, adapter),
            precision(run),
            template(run),
            new JobConsole(console));
    adapter.ifPresent(checkpoint -> checkpoint.requireBase(base.decoder()));
    return base;
  }

  private String template(Optional<ExperimentConfig> run) {
    return template != null
        ? template
        : run.map(experiment -> experiment.data().template()).orElse(PrepareConfig.AUTO_TEMPLATE);
  }

  private ModelOptions precision(Optional<ExperimentConfig> run) {
    var of = run.map(ExperimentConfig::precision).orElseGet(ModelOptions::float32);
    return new ModelOptions(
        form != null ? form : of.base(), dtype != null ? dtype : of.compute(), of.offload());
  }
}
