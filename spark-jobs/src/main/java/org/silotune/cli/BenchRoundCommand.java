package org.silotune.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.silotune.bench.RoundBench;
import org.silotune.bench.RoundBenchConfig;
import org.silotune.bench.RoundBenchResult;
import org.silotune.cli.experiment.ConfigException;
import org.silotune.fed.job.SparkConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What a round costs beside its training. */
@Command(
    name = "round",
    description =
        "Measures rounds of silos that train nothing: each draws a delta, all the rest is as in a run.",
    footer = {
      "",
      "Examples:",
      "  silotune bench round --silos 8",
      "  silotune bench round --silos 50 --parameters 4194304 --rounds 7 --json"
    })
final class BenchRoundCommand extends Subcommand {

  private static final int WARM_UP = 3;

  @Option(
      names = "--silos",
      paramLabel = "N",
      defaultValue = "8",
      description = "Silos of a round; default ${DEFAULT-VALUE}.")
  private int silos;

  @Option(
      names = "--parameters",
      paramLabel = "N",
      defaultValue = "4194304",
      description = "Coordinates of the adapter, float32; default ${DEFAULT-VALUE}.")
  private int parameters;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Rounds measured, after 3 that are not; default ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--master",
      paramLabel = "URL",
      description = "Spark's master; default all cores of this process.")
  private @Nullable String master;

  BenchRoundCommand(Console console) {
    super(console);
  }

  @Override
  ObjectNode execute() {
    var spark = new SparkConfig(Optional.ofNullable(master), new TreeMap<>());
    return report(new RoundBench(spark, config()).measure());
  }

  private RoundBenchConfig config() {
    try {
      return new RoundBenchConfig(silos, parameters, rounds, WARM_UP);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(e.getMessage());
    }
  }

  private ObjectNode report(RoundBenchResult result) {
    double silosPerSecond = silos / result.secondsMedian();
    console.out(
        String.format(
            Locale.ROOT,
            "%.3f s a round of %d silos (%.1f silos/s), then %.3f s for its checkpoint, %.2f GB at most",
            result.secondsMedian(),
            silos,
            silosPerSecond,
            result.checkpointSecondsMedian(),
            result.peakRssBytes() * 1e-9));
    var json = JSON.createObjectNode();
    json.put("bench", "round").put("silos", silos).put("parameters", parameters);
    json.put("rounds", rounds);
    json.put("seconds_median", result.secondsMedian());
    json.put("checkpoint_seconds_median", result.checkpointSecondsMedian());
    json.put("silos_per_second", silosPerSecond);
    json.put("bytes_down_per_silo", result.bytesDown());
    json.put("bytes_up_per_silo", result.bytesUp());
    json.put("peak_rss_bytes", result.peakRssBytes());
    json.put("adapter_sha256", result.adapterSha256());
    return json;
  }
}
