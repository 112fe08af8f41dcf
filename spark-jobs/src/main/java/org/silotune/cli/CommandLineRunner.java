package org.silotune.cli;

import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Runs one command line: parses it, runs the subcommand, and turns a failure into words. */
final class CommandLineRunner {

  private CommandLineRunner() {}

  /** Returns the exit status. */
  static int run(Console console, String... arguments) {
    boolean json = Arrays.asList(arguments).contains("--json");
    var failures = new FailureReport(console, json, Arrays.asList(arguments).contains("--debug"));
    try {
      return commandLine(console, failures).execute(arguments);
    } catch (Error e) { // which picocli lets through: an exhausted heap, a class that is missing
      return failures.report(e);
    }
  }

  static CommandLine commandLine(Console console, FailureReport failures) {
    var line = new CommandLine(new SiloTuneCommand(), new CommandFactory(console));
    line.setOut(console.outWriter());
    line.setErr(console.errWriter());
    line.setUsageHelpWidth(100);
    line.setUsageHelpAutoWidth(false);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler((e, args) -> usage(failures, e));
    line.setExecutionExceptionHandler((e, command, parsed) -> failures.report(e));
    return line;
  }

  private static int usage(FailureReport failures, ParameterException e) {
    failures.say(UsageText.of(e), e);
    return ExitStatus.USAGE;
  }
}
