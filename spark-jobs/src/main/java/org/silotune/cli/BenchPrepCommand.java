package org.silotune.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.silotune.cli.experiment.ConfigException;
import org.silotune.cli.experiment.ExperimentFile;
import org.silotune.fed.job.ExperimentConfig;
import org.silotune.fed.job.PrepBenchJob;
import org.silotune.fed.job.TextTable;
import org.silotune.prep.bench.PrepBenchConfig;
import org.silotune.prep.bench.PrepBenchResult;
import org.silotune.prep.job.EmptySilos;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The speed of a preparation. */
@Command(
    name = "prep",
    description = {
      "Measures a preparation: an experiment's rows in turn, each with its number behind the question.",
      "",
      "A step's time is by how much longer all steps up to it take than those before; write is the rest."
    },
    footer = {
      "",
      "Examples:",
      "  silotune bench prep --rows 100000 --set data.stages.normalise=true --json",
      "  silotune bench prep --experiment submit/experiments/dolly-8.yaml --data DIR --rows 60000",
      "  silotune bench prep --rows 60000 --keep DIR      rows for the twin, benchmarks/datasets/prep.py"
    })
final class BenchPrepCommand extends Subcommand {

  @Mixin private BenchModel model;

  @Option(
      names = "--experiment",
      paramLabel = "FILE",
      description = "Whose section data is measured; default the bundled quickstart.yaml.")
  private @Nullable Path experiment;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Raw rows in place of the experiment's own source.")
  private @Nullable String data;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Set a key of the experiment; may be repeated.")
  private List<String> overrides = List.of();

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Rows that are prepared; default ${DEFAULT-VALUE}.")
  private int rows;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "A new folder that gets the rows and the prepared data.")
  private @Nullable Path keep;

  BenchPrepCommand(Console console) {
    super(console);
  }

  @Override
  ObjectNode execute() {
    if (rows < 1) {
      throw new ConfigException("Invalid --rows %d: must be at least 1".formatted(rows));
    }
    if (keep != null && Files.exists(keep)) {
      throw new ConfigException("Invalid --keep %s: it exists; name a new folder".formatted(keep));
    }
    var file = BundledExperiment.orBundled(experiment, BundledExperiment.QUICKSTART);
    var read = ExperimentFile.read(file, overrides);
    var kept = Optional.ofNullable(keep).map(Path::toAbsolutePath);
    return report(file, read, PrepBenchJob.run(config(read), read.spark(), kept));
  }

  private PrepBenchConfig config(ExperimentConfig read) {
    var prepare = read.data();
    if (data != null) {
      var place = Places.existing("--data", data);
      prepare = prepare.withSource(prepare.source().withPlace(place));
    }
    return new PrepBenchConfig(
        prepare,
        EmptySilos.allowedIf(read.federated().allowEmptySilos()),
        model.obtain(console),
        rows);
  }

  private ObjectNode report(Path file, ExperimentConfig read, PrepBenchResult result) {
    console.out(
        String.format(
            Locale.ROOT,
            "%.0f rows/s, %.0f tokens/s, %.1f s in all, a heap of %.2f GB at most",
            result.rows() / result.seconds(),
            result.tokens() / result.seconds(),
            result.seconds(),
            result.heapPeakBytes() * 1e-9));
    var json = JSON.createObjectNode();
    json.put("bench", "prep").put("model", model.name());
    json.put("experiment", file.toString()).put("rows", result.rows());
    json.put("rows_written", result.rowsWritten()).put("tokens", result.tokens());
    json.put("max_length", read.data().maxLength());
    json.put("seconds", result.seconds());
    rates(json, result, result.seconds());
    json.put("heap_peak_bytes", result.heapPeakBytes());
    json.put("peak_rss_bytes", result.peakRssBytes());
    json.put("content_sha256", result.contentSha256());
    var table = new TextTable("step", "seconds", "rows/s");
    var steps = json.putArray("stages");
    for (var step : result.steps()) {
      var node = steps.addObject().put("stage", step.name()).put("seconds", step.seconds());
      rates(node, result, step.seconds());
      table.row(
          step.name(),
          String.format(Locale.ROOT, "%.2f", step.seconds()),
          step.seconds() > 0
              ? String.format(Locale.ROOT, "%.0f", result.rows() / step.seconds())
              : "-");
    }
    console.out(table.toString());
    return json;
  }

  /** A step that cost nothing that could be measured has no rate. */
  private static void rates(ObjectNode node, PrepBenchResult result, double seconds) {
    if (seconds > 0) {
      node.put("rows_per_second", result.rows() / seconds);
      node.put("tokens_per_second", result.tokens() / seconds);
    } else {
      node.putNull("rows_per_second").putNull("tokens_per_second");
    }
  }
}
