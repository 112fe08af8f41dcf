package org.silotune.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.silotune.cli.experiment.ConfigException;
import org.silotune.fed.job.ExperimentConfig;
import org.silotune.fed.job.PrepareJob;
import org.silotune.llm.hub.ModelCache;
import org.silotune.llm.hub.ModelHub;
import org.silotune.prep.job.RowScope;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Raw rows to token shards, as {@code train} does it by itself. */
@Command(
    name = "prepare",
    description = {
      "Turns raw silo data into token shards for a model: rows to silos and splits, text to tokens.",
      "",
      "Every dropped row lands in the quarantine table with its reason. The result depends on the"
          + " rows, the settings and the tokenizer alone, and its manifest holds its sha256.",
      "",
      "Where the experiment has data.incremental, the folder takes in what is new since the last"
          + " time, and the same command over the same data does nothing."
    },
    footer = {
      "",
      "Examples:",
      "  silotune prepare submit/experiments/gsm8k-3.yaml --data DIR --output gsm8k",
      "  silotune prepare my.yaml --output prepared --set data.max-length=1024",
      "  silotune train my.yaml --data prepared        (use it as it is)",
      "  silotune prepare my.yaml --output followed --set data.incremental.high-water=added"
    })
final class PrepareCommand extends Subcommand {

  @Mixin private ExperimentOptions experiment;

  @Option(
      names = "--data",
      paramLabel = "PLACE",
      description = "Raw data in place of the experiment's own source.")
  private @Nullable String data;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      required = true,
      description = "The folder to write: absent, empty, or with data.incremental the one before.")
  private String output;

  @Option(
      names = "--rebuild",
      description = "Prepare all rows again, as another version of an incremental folder.")
  private boolean rebuild;

  PrepareCommand(Console console) {
    super(console);
  }

  @Override
  ObjectNode execute() {
    var config = experiment.read();
    if (config.data().incremental().isPresent()) {
      return follow(config);
    }
    if (rebuild) {
      throw new ConfigException(
          "Invalid --rebuild: data.incremental is none, so the folder is written once; set data.incremental, or name another folder");
    }
    var folder =
        PrepareJob.run(
            config,
            place(),
            Places.absolute(output),
            new ModelHub(ModelCache.standard()),
            experiment.fetchPolicy(),
            new JobConsole(console));
    var shown = new PreparedText(folder.uri(), folder.manifest());
    console.out(shown.text());
    return shown.json();
  }

  private ObjectNode follow(ExperimentConfig config) {
    var version =
        PrepareJob.follow(
            config,
            place(),
            Places.absolute(output),
            rebuild ? RowScope.ALL : RowScope.NEW,
            new ModelHub(ModelCache.standard()),
            experiment.fetchPolicy(),
            new JobConsole(console));
    var shown = new VersionText(version);
    shown.warning().ifPresent(warning -> console.err("Warning: " + warning));
    console.out(shown.text());
    return shown.json();
  }

  private Optional<String> place() {
    return Optional.ofNullable(data).map(place -> Places.existing("--data", place));
  }
}
