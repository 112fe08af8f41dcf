package org.silotune.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** One command: does its work, says its result to people, and as JSON where that is asked for. */
abstract class Subcommand implements Callable<Integer> {

  static final JsonMapper JSON = JsonMapper.builder().build();

  final Console console;

  @SuppressWarnings("unused") // picocli asks it
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  @Option(
      names = "--json",
      description =
          "End stdout with the result as one line of JSON; a failure is {\"error\": ...}.")
  private boolean json;

  @SuppressWarnings("unused") // read before parsing, so that a parse failure knows it too
  @Option(names = "--debug", description = "Show the stack trace of a failure.")
  private boolean debug;

  Subcommand(Console console) {
    this.console = console;
  }

  /** Does the work and returns the result. */
  abstract ObjectNode execute() throws Exception;

  @Override
  public final Integer call() throws Exception {
    var result = execute();
    if (json) {
      console.out(JSON.writeValueAsString(result));
    }
    return status();
  }

  /** Returns the exit status of work that was done, asked after it. */
  int status() {
    return ExitStatus.DONE;
  }

  /** Returns whether the last line of stdout is JSON. */
  final boolean isJson() {
    return json;
  }
}
