package org.silotune.cli;

import org.silotune.fed.job.SiloTuneVersion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command without a subcommand: it only teaches. */
@Command(
    name = "silotune",
    version = "silotune " + SiloTuneVersion.NUMBER,
    description = "Fine-tunes large language models across data silos, as Apache Spark batch jobs.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ModelsCommand.class,
      DatasetsCommand.class,
      PrepareCommand.class,
      TrainCommand.class,
      EvaluateCommand.class,
      GenerateCommand.class,
      DescribeCommand.class,
      QuickstartCommand.class,
      BenchmarkCommand.class,
      BenchCommand.class
    },
    footer = {
      "",
      "A first run, from the bundled sample to a tuned adapter:",
      "  submit/quickstart.sh",
      "",
      "The same in steps, with your own data:",
      "  silotune train my.yaml --data DIR --output runs      (my.yaml: from one of submit/experiments)",
      "  silotune evaluate runs/RUN-ID",
      "  silotune generate --adapter runs/RUN-ID/best --prompt \"How many days has a leap year?\"",
      "",
      "Exit status: 0 done, 1 the run failed, 2 bad usage or configuration, 3 another process holds the run."
    })
final class SiloTuneCommand extends CommandGroup {

  @SuppressWarnings("unused") // picocli asks it
  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  private boolean version;

  SiloTuneCommand() {
    super("command");
  }
}
