package org.silotune.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.silotune.fed.job.PrepareJob;
import org.silotune.llm.hub.ModelCache;
import org.silotune.llm.hub.ModelHub;
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
          + " rows, the settings and the tokenizer alone, and its manifest holds its sha256."
    },
    footer = {
      "",
      "Examples:",
      "  silotune prepare submit/experiments/gsm8k-3.yaml --data DIR --output gsm8k",
      "  silotune prepare my.yaml --output prepared --set data.max-length=1024",
      "  silotune train my.yaml --data prepared        (use it as it is)"
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
      description = "The folder to write, absent or empty.")
  private String output;

  PrepareCommand(Console console) {
    super(console);
  }

  @Override
  ObjectNode execute() {
    var folder =
        PrepareJob.run(
            experiment.read(),
            Optional.ofNullable(data).map(place -> Places.existing("--data", place)),
            Places.absolute(output),
            new ModelHub(ModelCache.standard()),
            experiment.fetchPolicy(),
            new JobConsole(console));
    var shown = new PreparedText(folder.uri(), folder.manifest());
    console.out(shown.text());
    return shown.json();
  }
}
