package org.silotune.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.silotune.cli.experiment.ConfigException;
import org.silotune.fed.job.EvaluateJob;
import org.silotune.fed.job.LoadedBase;
import org.silotune.fed.job.SparkConfig;
import org.silotune.fed.job.TextTable;
import org.silotune.fed.metrics.EvaluationRow;
import org.silotune.fed.metrics.HeldOutSplit;
import org.silotune.llm.adapter.AdapterCheckpoint;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Held-out loss of a model or an adapter on prepared data. */
@Command(
    name = "evaluate",
    description = "Scores a run, an adapter or a base model on held-out rows of prepared data.",
    footer = {
      "",
      "Examples:",
      "  silotune evaluate runs/RUN-ID                          its best adapter on its own test rows",
      "  silotune evaluate runs/RUN-ID/final --data prepared    an adapter on other data",
      "  silotune evaluate --model tiny --data prepared         a base model as it is"
    })
final class EvaluateCommand extends Subcommand {

  @Mixin private BaseModelOptions baseModel;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "RUN|ADAPTER",
      description = "A run (its best adapter) or an adapter folder; none scores --model as it is.")
  private @Nullable Path adapter;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "A prepared folder; default the run's own data.")
  private @Nullable String data;

  @Option(
      names = "--split",
      paramLabel = "SPLIT",
      defaultValue = "test",
      description = "test or validation; default ${DEFAULT-VALUE}.")
  private HeldOutSplit split;

  EvaluateCommand(Console console) {
    super(console);
  }

  @Override
  ObjectNode execute() throws IOException {
    var tuned = AdapterOption.read(adapter);
    var place = place();
    var base = baseModel.open(tuned, console);
    var rows =
        EvaluateJob.run(
            base, tuned.map(AdapterCheckpoint::adapter), place, split, SparkConfig.defaults());
    console.out(table(rows).toString());
    return json(base, place, rows);
  }

  /** The option's folder, else where the run has its data. */
  private String place() throws IOException {
    if (data != null) {
      return Places.existing("--data", data);
    }
    if (adapter == null || !Files.isRegularFile(adapter.resolve("run.json"))) {
      throw new ConfigException("Missing --data: name a folder that prepare wrote");
    }
    JsonNode config = JSON.readTree(adapter.resolve("config.json").toFile());
    var given = config.path("values").path("data").asText("");
    var own = adapter.resolve("data");
    return Files.isDirectory(own) ? own.toAbsolutePath().toString() : given;
  }

  private static TextTable table(List<EvaluationRow> rows) {
    var table = new TextTable("silo", "rows", "tokens", "loss", "perplexity");
    for (var row : rows) {
      table.row(
          row.silo().equals(EvaluationRow.CENTRAL) ? "all silos" : row.silo(),
          Long.toString(row.examples()),
          Long.toString(row.tokens()),
          number(row.loss()),
          number(row.perplexity()));
    }
    return table;
  }

  private ObjectNode json(LoadedBase base, String place, List<EvaluationRow> rows) {
    var json = JSON.createObjectNode();
    json.put("model", base.model().name()).put("data", place).put("split", split.label());
    var silos = json.putArray("silos");
    for (var row : rows) {
      var node =
          row.silo().equals(EvaluationRow.CENTRAL)
              ? json
              : silos.addObject().put("silo", row.silo());
      node.put("rows", row.examples()).put("tokens", row.tokens());
      if (row.tokens() > 0) {
        node.put("loss", row.loss()).put("perplexity", row.perplexity());
      } else {
        node.putNull("loss").putNull("perplexity");
      }
    }
    return json;
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "no rows" : String.format(Locale.ROOT, "%.4f", value);
  }
}
