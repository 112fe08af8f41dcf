package org.silotune.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that only teaches and holds others. */
abstract class CommandGroup implements Runnable {

  private final String missing;

  @Spec private CommandSpec spec;

  @SuppressWarnings("unused") // picocli asks it
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  /**
   * @param missing what a call without one of the others lacks
   */
  CommandGroup(String missing) {
    this.missing = missing;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "Missing %s: known are %s"
            .formatted(missing, String.join(", ", UsageText.subcommands(spec))));
  }
}
