package org.silotune.cli;

/** The entry of the {@code silotune} command and of {@code spark-submit}. */
public final class Main {

  private Main() {}

  public static void main(String[] arguments) {
    Ending.watch();
    var console = Console.standard();
    int status = CommandLineRunner.run(console, arguments);
    console.flush();
    // Spark and the engine leave threads that are no daemons: the command is done when it says so.
    System.exit(status);
  }
}
