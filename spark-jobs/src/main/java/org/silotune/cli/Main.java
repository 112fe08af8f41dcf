package org.silotune.cli;

/** The entry of the {@code silotune} command and of {@code spark-submit}. */
public final class Main {

  private Main() {}

  public static void main(String[] arguments) {
    Ending.watch();
    int status = ExitStatus.FAILED;
    try {
      var console = Console.standard();
      status = CommandLineRunner.run(console, arguments);
      console.flush();
    } catch (Throwable e) { // not even words could be said
      System.err.println("silotune: " + e);
    } finally {
      // Spark and the engine leave threads that are no daemons: the command is done when it ends.
      System.exit(status);
    }
  }
}
