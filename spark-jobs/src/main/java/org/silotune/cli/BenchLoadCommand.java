package org.silotune.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.silotune.bench.FirstStep;
import org.silotune.bench.LoadBench;
import org.silotune.bench.LoadBenchConfig;
import org.silotune.bench.LoadBenchResult;
import org.silotune.cli.experiment.ConfigException;
import org.silotune.llm.checkpoint.source.BaseModelSource;
import org.silotune.llm.hub.ModelCache;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How long it takes from the start of a process to its first step. */
@Command(
    name = "load",
    description =
        "Measures new processes, from their start to the first optimizer step: float32, LoRA of rank 8 on q, k, v, o.",
    footer = {
      "",
      "Examples:",
      "  silotune bench load",
      "  silotune bench load --model tiny --length 64 --starts 7 --json"
    })
final class BenchLoadCommand extends Subcommand {

  private static final int WARM_UP = 2;

  @Mixin private BenchModel model;

  @Option(
      names = "--length",
      paramLabel = "N",
      defaultValue = "64",
      description = "Tokens of the example; default ${DEFAULT-VALUE}.")
  private int length;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "Threads of every operator; default ${DEFAULT-VALUE}, as in a run.")
  private int threads;

  @Option(
      names = "--starts",
      paramLabel = "N",
      defaultValue = "5",
      description = "Processes measured, after 2 that are not; default ${DEFAULT-VALUE}.")
  private int starts;

  @Option(
      names = "--one",
      hidden = true,
      description = "Take one step in this process and end with the times.")
  private boolean one;

  BenchLoadCommand(Console console) {
    super(console);
  }

  @Override
  ObjectNode execute() {
    LoadBenchConfig config = config();
    Path located = model.obtain(console);
    Path cache = ModelCache.standard().root();
    if (one) {
      console.out(
          LoadBench.line(FirstStep.take(located, cache, config.length(), config.threads())));
      return JSON.createObjectNode();
    }
    BaseModelSource.open(located, cache).close(); // hashed and converted once
    return report(config, new LoadBench(command(located, config), config).measure());
  }

  private LoadBenchConfig config() {
    try {
      return new LoadBenchConfig(length, threads, starts, WARM_UP);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(e.getMessage());
    }
  }

  /** This process' own command line, for one step. */
  private static List<String> command(Path model, LoadBenchConfig config) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("bench", "load", "--one", "--model", model.toString()));
    command.addAll(List.of("--length", Integer.toString(config.length())));
    command.addAll(List.of("--threads", Integer.toString(config.threads())));
    return command;
  }

  private ObjectNode report(LoadBenchConfig config, LoadBenchResult result) {
    console.out(
        String.format(
            Locale.ROOT,
            "%.2f s to the resident model, %.2f s to the first step of 1 x %d",
            result.secondsToReady(),
            result.secondsToFirstStep(),
            config.length()));
    var json = JSON.createObjectNode();
    json.put("bench", "load").put("model", model.name());
    json.put("length", config.length()).put("threads", config.threads());
    json.put("starts", config.starts());
    json.put("seconds_to_ready", result.secondsToReady());
    json.put("seconds_to_first_step", result.secondsToFirstStep());
    return json;
  }
}
