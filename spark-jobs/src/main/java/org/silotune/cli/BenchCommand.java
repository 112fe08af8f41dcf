package org.silotune.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The measurements, which only teaches without a subcommand. */
@Command(
    name = "bench",
    description = "Measures this machine: medians, and shares of its own matrix peak.",
    synopsisSubcommandLabel = "WHAT",
    subcommands = BenchTrainerCommand.class)
final class BenchCommand implements Runnable {

  @Spec private CommandSpec spec;

  @SuppressWarnings("unused") // picocli asks it
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing what to measure");
  }
}
