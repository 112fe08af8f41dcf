package org.silotune.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.silotune.cli.experiment.ConfigException;
import org.silotune.fed.job.EvaluateJob;
import org.silotune.fed.job.HeldOutNote;
import org.silotune.fed.job.LoadedBase;
import org.silotune.fed.job.PlacementConfig;
import org.silotune.fed.job.SparkConfig;
import org.silotune.fed.job.StoredFolder;
import org.silotune.fed.job.TextTable;
import org.silotune.fed.metrics.EvaluationRow;
import org.silotune.fed.metrics.HeldOutSplit;
import org.silotune.llm.adapter.AdapterCheckpoint;
import org.silotune.llm.eval.HeldOutLoss;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Held-out loss of a model or an adapter on prepared data, or its scores on tasks. */
@Command(
    name = "evaluate",
    description = {
      "Scores a run, an adapter or a base model: on held-out rows of prepared data,",
      "or with --tasks on questions."
    },
    footer = {
      "",
      "Examples:",
      "  silotune evaluate runs/RUN-ID                          its best adapter on its own test rows",
      "  silotune evaluate runs/RUN-ID/final --data prepared    an adapter on other data",
      "  silotune evaluate --model tiny --data prepared         a base model as it is",
      "  silotune evaluate hdfs:///runs/RUN-ID                  a run on any storage",
      "  silotune evaluate runs/RUN-ID --tasks gsm8k,arc-easy --data DIR --limit 50",
      "  silotune evaluate --model tiny --tasks my-task.yaml --data DIR --output scores"
    })
final class EvaluateCommand extends Subcommand {

  @Mixin private BaseModelOptions baseModel;

  @Mixin private TaskEvaluation taskEvaluation;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "RUN|ADAPTER",
      description =
          "A run (its best adapter) or an adapter folder, as a path or URI; none scores --model as it is.")
  private @Nullable String adapter;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "A prepared folder, as a path or URI, default the run's own data; with --tasks the folder of their rows.")
  private @Nullable String data;

  @Option(names = "--adapter", paramLabel = "DIR", description = "The same as RUN|ADAPTER.")
  private @Nullable String named;

  @Option(
      names = "--split",
      paramLabel = "SPLIT",
      description = "test or validation; default test.")
  private @Nullable HeldOutSplit split;

  EvaluateCommand(Console console) {
    super(console);
  }

  @Override
  ObjectNode execute() {
    if (named != null) {
      if (adapter != null) {
        throw new ConfigException(
            "Invalid --adapter %s: %s is given already; name one".formatted(named, adapter));
      }
      adapter = named;
    }
    if (taskEvaluation.isAsked()) {
      if (split != null) {
        throw new ConfigException("Invalid --split: tasks name their files themselves");
      }
      return taskEvaluation.execute(adapter, data, baseModel, console);
    }
    var tuned = AdapterOption.read(adapter);
    var data = data();
    var scored = split == null ? HeldOutSplit.TEST : split;
    var base = baseModel.open(adapter, tuned, console);
    var rows =
        EvaluateJob.run(
            base,
            tuned.map(AdapterCheckpoint::adapter),
            data.uri(),
            placement(data),
            scored,
            RunFolder.around(adapter)
                .map(run -> run.experiment().heldOutLoss())
                .orElseGet(HeldOutLoss::defaults),
            SparkConfig.defaults(),
            new JobConsole(console));
    console.out(table(rows).toString());
    rows.stream()
        .filter(row -> !row.central() && !row.complete())
        .forEach(row -> console.err("%s: %s".formatted(row.silo(), row.reason())));
    HeldOutNote.of(rows).ifPresent(console::err);
    return json(base, data.place(), scored, rows);
  }

  /** What could be asked is in the tables; that not all could be is a failure. */
  @Override
  int status() {
    return taskEvaluation.hasFailed() ? ExitStatus.FAILED : ExitStatus.DONE;
  }

  /** The option's folder, else where the run has its data. */
  private StoredFolder data() {
    if (data != null) {
      return Places.existingFolder("--data", data);
    }
    return Optional.ofNullable(adapter)
        .map(StoredFolder::at)
        .flatMap(RunFolder::at)
        .flatMap(RunFolder::data)
        .orElseThrow(
            () ->
                new ConfigException(
                    adapter == null
                        ? "Missing RUN or --data: name a run, as in silotune evaluate runs/RUN-ID, or prepared data, as in silotune evaluate --model tiny --data prepared"
                        : "Missing --data: %s is no run with data of its own; name a folder that prepare wrote"
                            .formatted(adapter)));
  }

  /** A run's silos are opened on their hosts only, whoever asks: its own command or another. */
  private PlacementConfig placement(StoredFolder data) {
    return RunFolder.around(adapter)
        .filter(run -> run.data().map(StoredFolder::place).equals(Optional.of(data.place())))
        .or(() -> RunFolder.around(data))
        .map(run -> run.experiment().placement())
        .orElseGet(PlacementConfig::defaults);
  }

  private static TextTable table(List<EvaluationRow> rows) {
    var table = new TextTable("silo", "rows", "tokens", "loss", "perplexity");
    for (var row : rows) {
      table.row(
          name(row),
          Long.toString(row.examples()),
          Long.toString(row.tokens()),
          number(row, row.loss()),
          number(row, row.perplexity()));
    }
    return table;
  }

  private ObjectNode json(
      LoadedBase base, String place, HeldOutSplit scored, List<EvaluationRow> rows) {
    var json = JSON.createObjectNode();
    json.put("model", base.model().name()).put("data", place).put("split", scored.label());
    json.put("base", base.model().options().base().label());
    json.put("dtype", base.model().options().compute().label());
    var silos = json.putArray("silos");
    for (var row : rows) {
      var node = row.central() ? json : silos.addObject().put("silo", row.silo());
      node.put("status", row.status()).put("reason", row.reason());
      node.put("rows", row.examples()).put("tokens", row.tokens());
      node.put("loss", SummaryText.finite(row.loss()));
      node.put("perplexity", SummaryText.finite(row.perplexity()));
    }
    return json;
  }

  private static String name(EvaluationRow row) {
    if (!row.central()) {
      return row.silo();
    }
    return row.complete() ? "all silos" : "all " + row.reason();
  }

  private static String number(EvaluationRow row, OptionalDouble value) {
    if (!row.central() && !row.complete()) {
      return row.status();
    }
    return value.isPresent() ? String.format(Locale.ROOT, "%.4f", value.getAsDouble()) : "no rows";
  }
}
