package org.silotune.cli;

import picocli.CommandLine.Command;

/** The measurements. */
@Command(
    name = "bench",
    description = "Measures this machine: medians, and shares of its own matrix peak.",
    synopsisSubcommandLabel = "WHAT",
    subcommands = {
      BenchTrainerCommand.class,
      BenchGenerateCommand.class,
      BenchLoadCommand.class,
      BenchRoundCommand.class,
      BenchPrepCommand.class
    })
final class BenchCommand extends CommandGroup {

  BenchCommand() {
    super("what to measure");
  }
}
