package org.silotune.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A {@code silotune} command inside a process that goes on when it has ended, such as a notebook's
 * or a Spark shell's. It uses the Spark that runs there.
 */
public final class EmbeddedCommand {

  private final StringWriter out = new StringWriter();
  private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
  private final Thread thread;
  private volatile int status = ExitStatus.FAILED;

  private EmbeddedCommand(List<String> arguments) {
    var words = arguments.toArray(String[]::new);
    var console =
        new Console(new PrintWriter(out), new PrintWriter(new Lines(said)), /* terminal= */ false);
    thread =
        new Thread(
            () -> {
              status = CommandLineRunner.run(console, words);
              console.flush();
            },
            "silotune-command");
    thread.setDaemon(true);
  }

  /** Starts a command with the words that would follow {@code silotune} on a command line. */
  public static EmbeddedCommand start(List<String> arguments) {
    var command = new EmbeddedCommand(List.copyOf(arguments));
    command.thread.start();
    return command;
  }

  /**
   * Runs a command to its end and returns what it said as its result.
   *
   * @throws IllegalStateException if it failed, with its message
   */
  public static String run(String... arguments) throws InterruptedException {
    var command = start(List.of(arguments));
    command.thread.join();
    if (command.status != ExitStatus.DONE) {
      throw new IllegalStateException(String.join("\n", command.heard(0)));
    }
    return command.out();
  }

  /**
   * Returns the lines that it has said on its way since the last call.
   *
   * @param milliseconds how long to wait for the first of them
   */
  public List<String> heard(long milliseconds) throws InterruptedException {
    List<String> lines = new ArrayList<>();
    var first = said.poll(milliseconds, TimeUnit.MILLISECONDS);
    if (first != null) {
      lines.add(first);
      said.drainTo(lines);
    }
    return lines;
  }

  /** Returns whether it has not ended. */
  public boolean isRunning() {
    return thread.isAlive();
  }

  /** Asks it to end early; a run goes on with the same run id. */
  public void interrupt() {
    thread.interrupt();
  }

  /** Returns the exit status, once it has ended: 0 done, 1 failed, 2 bad usage, 3 run in use. */
  public int status() {
    return status;
  }

  /** Returns what it has said as its result. */
  public String out() {
    return out.toString();
  }

  /** Texts as whole lines into a queue. */
  private static final class Lines extends Writer {

    private final BlockingQueue<String> queue;
    private final StringBuilder open = new StringBuilder();

    Lines(BlockingQueue<String> queue) {
      this.queue = queue;
    }

    @Override
    public void write(char[] text, int offset, int length) {
      for (int i = offset; i < offset + length; i++) {
        if (text[i] == '\n') {
          endLine();
        } else {
          open.append(text[i]);
        }
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
      if (!open.isEmpty()) {
        endLine();
      }
    }

    private void endLine() {
      queue.add(open.toString());
      open.setLength(0);
    }
  }
}
