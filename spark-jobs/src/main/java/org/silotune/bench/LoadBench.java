package org.silotune.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.silotune.fed.FederationException;

/** Measures starts of processes that each take one step: a new process for every measurement. */
public final class LoadBench {

  private final List<String> command;
  private final LoadBenchConfig config;

  /**
   * A measurement.
   *
   * @param command starts a process that takes a {@link FirstStep} and ends its output with {@link
   *     #line}
   */
  public LoadBench(List<String> command, LoadBenchConfig config) {
    this.command = List.copyOf(command);
    this.config = config;
  }

  /** Returns what a measured process says at its end. */
  public static String line(FirstStep step) {
    return "%d %d".formatted(step.readyMillis(), step.stepMillis());
  }

  /** Starts the processes one after the other. */
  public LoadBenchResult measure() {
    double[] ready = new double[config.starts()];
    double[] step = new double[config.starts()];
    for (int i = -config.warmUp(); i < config.starts(); i++) {
      long began = System.currentTimeMillis();
      FirstStep taken = start();
      if (i >= 0) {
        ready[i] = (taken.readyMillis() - began) * 1e-3;
        step[i] = (taken.stepMillis() - began) * 1e-3;
      }
    }
    return new LoadBenchResult(Median.of(ready), Median.of(step));
  }

  private FirstStep start() {
    try {
      Process process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
      process.getOutputStream().close();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int status = process.waitFor();
      if (status != 0) {
        throw new FederationException(
            "Cannot measure a start: the process ended with status %d".formatted(status));
      }
      return parse(out);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot start %s".formatted(command.get(0)), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FederationException("Cannot measure a start: interrupted", e);
    }
  }

  /** Returns the step that the last line of a process' output tells of. */
  static FirstStep parse(String out) {
    List<String> lines = new ArrayList<>(out.lines().toList());
    String last = lines.isEmpty() ? "" : lines.get(lines.size() - 1);
    if (!last.matches("\\d{1,18} \\d{1,18}")) {
      throw new FederationException(
          "Cannot measure a start: the process ended with '%s', not with two times"
              .formatted(last));
    }
    int space = last.indexOf(' ');
    return new FirstStep(
        Long.parseLong(last.substring(0, space)), Long.parseLong(last.substring(space + 1)));
  }
}
