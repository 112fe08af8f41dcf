package org.silotune.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.silotune.bench.GenerateBench;
import org.silotune.bench.GenerateBenchConfig;
import org.silotune.bench.GenerateBenchResult;
import org.silotune.cli.experiment.ConfigException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Generation's speed and memory. */
@Command(
    name = "generate",
    description = "Measures greedy generation: random prompts, answers of a fixed length.",
    footer = {
      "",
      "Examples:",
      "  silotune bench generate --batch 16 --length 140 --new-tokens 64",
      "  silotune bench generate --dtype bfloat16 --workers 2 --json"
    })
final class BenchGenerateCommand extends Subcommand {

  private static final int WARM_UP = 1;

  @Mixin private BenchModel model;

  @Mixin private BenchPrecision precision;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "16",
      description = "Prompts answered at once, over all workers; default ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--length",
      paramLabel = "N",
      defaultValue = "140",
      description = "Tokens of a prompt; default ${DEFAULT-VALUE}.")
  private int length;

  @Option(
      names = "--new-tokens",
      paramLabel = "N",
      defaultValue = "64",
      description = "Tokens of an answer; default ${DEFAULT-VALUE}.")
  private int newTokens;

  @Option(
      names = "--workers",
      paramLabel = "N",
      defaultValue = "1",
      description = "Streams, each with its part of the prompts; default ${DEFAULT-VALUE}.")
  private int workers;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of every operator of a stream; default cores over workers.")
  private @Nullable Integer threads;

  @Option(
      names = "--repeats",
      paramLabel = "N",
      defaultValue = "5",
      description = "Repeats measured, after 1 that is not; default ${DEFAULT-VALUE}.")
  private int repeats;

  BenchGenerateCommand(Console console) {
    super(console);
  }

  @Override
  ObjectNode execute() {
    GenerateBenchConfig config = config();
    try (var decoder = precision.load(model.obtain(console))) {
      return report(config, new GenerateBench(decoder, config).measure());
    } catch (IllegalArgumentException e) {
      throw new ConfigException(e.getMessage());
    }
  }

  private GenerateBenchConfig config() {
    int cores = Runtime.getRuntime().availableProcessors();
    try {
      return new GenerateBenchConfig(
          batch,
          length,
          newTokens,
          workers,
          threads != null ? threads : Math.max(1, cores / Math.max(1, workers)),
          repeats,
          WARM_UP);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(e.getMessage());
    }
  }

  private ObjectNode report(GenerateBenchConfig config, GenerateBenchResult result) {
    console.out(
        String.format(
            Locale.ROOT,
            "%.0f tokens/s, prompts %.0f tokens/s, then %.0f tokens/s, %.2f s, %.2f GB at most",
            result.tokensPerSecond(),
            result.promptTokensPerSecond(),
            result.decodeTokensPerSecond(),
            result.secondsMedian(),
            result.peakRssBytes() * 1e-9));
    var json = JSON.createObjectNode();
    json.put("bench", "generate").put("model", model.name());
    precision.describe(json);
    json.put("batch", config.batch()).put("length", config.promptLength());
    json.put("new_tokens", config.newTokens());
    json.put("workers", config.workers()).put("threads", config.threads());
    json.put("repeats", config.repeats());
    json.put("tokens_per_second", result.tokensPerSecond());
    json.put("prompt_tokens_per_second", result.promptTokensPerSecond());
    json.put("decode_tokens_per_second", result.decodeTokensPerSecond());
    json.put("seconds_median", result.secondsMedian());
    json.put("peak_rss_bytes", result.peakRssBytes());
    return json;
  }
}
