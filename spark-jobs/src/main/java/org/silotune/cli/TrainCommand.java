package org.silotune.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.silotune.cli.experiment.ExperimentFile;
import org.silotune.fed.job.PlanJob;
import org.silotune.fed.job.RunReport;
import org.silotune.fed.job.TrainJob;
import org.silotune.fed.job.TrainRequest;
import org.silotune.llm.hub.ModelCache;
import org.silotune.llm.hub.ModelHub;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The main job. */
@Command(
    name = "train",
    description = {
      "Fine-tunes a model over the silos of an experiment, round by round.",
      "",
      "The same --run-id goes on where a run was interrupted, and ends with the same bits as if it"
          + " had not been. A finished run prints its result again and changes nothing."
    },
    footer = {
      "",
      "Examples:",
      "  silotune train submit/experiments/quickstart.yaml",
      "  silotune train submit/experiments/gsm8k-3.yaml --data DIR",
      "  silotune train my.yaml --set federated.rounds=10 --set lora.rank=16 --run-id wide",
      "  silotune train my.yaml --data runs/wide/data --run-id again   (prepared data as it is)",
      "  silotune train my.yaml --data prepared --dry-run             (memory, bytes, time, and stop)",
      "  silotune train my.yaml --print-config                        (every key, and stop)"
    })
final class TrainCommand extends Subcommand {

  @Mixin private ExperimentOptions experiment;

  @Option(
      names = "--data",
      paramLabel = "PLACE",
      description =
          "Raw data, prepared into the run; or a prepared folder, used as it is. Without it the"
              + " experiment's own source.")
  private @Nullable String data;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      defaultValue = "runs",
      description = "Folder of runs, a path or URI; default ${DEFAULT-VALUE}.")
  private String output;

  @Option(
      names = "--run-id",
      paramLabel = "ID",
      description = "The run's name; a new one without it.")
  private @Nullable String runId;

  @Option(names = "--print-config", description = "Print the whole configuration and stop.")
  private boolean printConfig;

  @Option(
      names = "--dry-run",
      description = {
        "Print what the run will take and stop: parameters, bytes and steps of a round, predicted"
            + " memory and time. Trains nothing and writes no run; raw data are prepared into a"
            + " temporary folder of this machine."
      })
  private boolean dryRun;

  TrainCommand(Console console) {
    super(console);
  }

  @Override
  ObjectNode execute() {
    var config = experiment.read();
    if (printConfig) {
      console.out(ExperimentFile.toYaml(config).stripTrailing());
      var json = JSON.createObjectNode();
      ExperimentFile.toFlat(config).forEach(json::put);
      return json;
    }
    var source = Optional.ofNullable(data).map(place -> Places.existing("--data", place));
    var hub = new ModelHub(ModelCache.standard());
    if (dryRun) {
      var plan =
          PlanJob.run(config, source, hub, experiment.fetchPolicy(), new JobConsole(console));
      var shown = new PlanText(plan);
      console.out(shown.text());
      return shown.json();
    }
    var request =
        new TrainRequest(
            config,
            ExperimentFile.toFlat(config),
            source,
            Places.absolute(output),
            runId == null ? RunIds.next() : runId);
    var summary = TrainJob.run(request, hub, experiment.fetchPolicy(), new JobConsole(console));
    var shown = new SummaryText(summary, new RunReport(summary, config.report().samples()));
    console.out(shown.text());
    return shown.json();
  }
}
