package org.silotune.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.silotune.cli.experiment.ExperimentFile;
import org.silotune.fed.job.ExperimentConfig;
import org.silotune.llm.hub.FetchPolicy;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The experiment that a command works on, with what is said on top of its file. */
final class ExperimentOptions {

  @Parameters(
      index = "0",
      paramLabel = "EXPERIMENT",
      description = "The experiment file, such as submit/experiments/gsm8k-3.yaml.")
  private Path experiment;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Set a key of the experiment, such as federated.rounds=5; may be repeated.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description =
          "A registered model, a Hugging Face folder or a .gguf file, in place of the experiment's.")
  private @Nullable String model;

  @Option(
      names = "--offline",
      description = "Fetch nothing: a registered model must be in the cache.")
  private boolean offline;

  /** Reads the experiment. */
  ExperimentConfig read() {
    var config = ExperimentFile.read(experiment, overrides);
    return model == null ? config : config.withModel(model);
  }

  FetchPolicy fetchPolicy() {
    return offline ? FetchPolicy.OFFLINE : FetchPolicy.ONLINE;
  }
}
