package org.silotune.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.silotune.cli.experiment.ConfigException;
import org.silotune.fed.job.TextTable;
import org.silotune.llm.hub.ModelCache;
import org.silotune.prep.dataset.DatasetDownload;
import org.silotune.prep.dataset.DatasetHub;
import org.silotune.prep.dataset.NamedDataset;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The data sets that have a name: which there are, and getting them onto this machine. */
@Command(
    name = "datasets",
    description = {
      "Lists, describes, fetches, checks and removes data sets that have a name.",
      "",
      "A name in data.source.dataset says which files and columns a data set has and which column"
          + " makes silos of it. The files are those of --data or data.source, else those that"
          + " were fetched. Nothing but fetch downloads any."
    },
    footer = {
      "",
      "Examples:",
      "  silotune datasets                  what there is, and what is on this machine",
      "  silotune datasets describe gsm8k   its files, columns, silos, licence and address",
      "  silotune datasets fetch gsm8k      download it now from its official address",
      "  silotune datasets check gsm8k      read the files again and compare their sha256",
      "  silotune datasets remove gsm8k     delete it",
      "  silotune train submit/experiments/dolly-8.yaml --data DIR      (files of your own)",
      "",
      "Data sets are kept in $SILOTUNE_CACHE, else $XDG_CACHE_HOME/silotune, else ~/.cache/silotune."
    })
final class DatasetsCommand extends Subcommand {

  /** What to do. */
  enum Action {
    LIST,
    DESCRIBE,
    FETCH,
    CHECK,
    REMOVE
  }

  @Parameters(
      index = "0",
      arity = "0..1",
      defaultValue = "list",
      paramLabel = "ACTION",
      description = "list (default), describe, fetch, check or remove.")
  private Action action;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "DATASET",
      description = "A name from the list.")
  private @Nullable String name;

  private final DatasetHub hub = new DatasetHub(ModelCache.standard());

  DatasetsCommand(Console console) {
    super(console);
  }

  @Override
  ObjectNode execute() {
    return switch (action) {
      case LIST -> list();
      case DESCRIBE -> describe(named());
      case FETCH -> fetch(named());
      case CHECK -> check(named());
      case REMOVE -> remove(named());
    };
  }

  private ObjectNode list() {
    var result = JSON.createObjectNode();
    var datasets = result.putArray("datasets");
    var table = new TextTable("data set", "on this machine", "licence", "what it is");
    for (var each : hub.registry().datasets()) {
      var there = hub.cached(each).isPresent();
      table.row(each.name(), there ? "yes" : "no", each.licence(), each.summary());
      datasets.add(json(each).put("licence", each.licence()).put("summary", each.summary()));
    }
    console.out(table.toString());
    return result;
  }

  private ObjectNode describe(NamedDataset dataset) {
    var facts = new TextLines();
    facts.add("data set", dataset.name());
    facts.add("what it is", dataset.summary());
    facts.add("licence", dataset.licence());
    facts.add("files", String.join(", ", dataset.files()));
    facts.add(
        "columns",
        dataset.columns().used().entrySet().stream()
            .map(role -> role.getKey() + ": " + role.getValue())
            .collect(Collectors.joining(", ")));
    facts.add("silos", dataset.siloColumn().map(c -> "one a " + c).orElse("three alike (iid)"));
    facts.add("on this machine", hub.cached(dataset).map(Path::toString).orElse("no"));
    for (var download : dataset.downloads()) {
      facts.add(download.file(), download.address() + " (" + sha256(download) + ")");
    }
    console.out(facts.toString());
    var json = json(dataset).put("licence", dataset.licence()).put("summary", dataset.summary());
    dataset.files().forEach(json.withArray("files")::add);
    var columns = json.putObject("columns");
    dataset.columns().used().forEach(columns::put);
    json.put("silo_column", dataset.siloColumn().orElse(null));
    for (var download : dataset.downloads()) {
      json.withArray("downloads")
          .addObject()
          .put("address", download.address().toString())
          .put("sha256", download.sha256().orElse(null));
    }
    return json;
  }

  private static String sha256(DatasetDownload download) {
    return download
        .sha256()
        .map(known -> "sha256 " + known)
        .orElse("sha256 recorded at the first download");
  }

  private ObjectNode fetch(NamedDataset dataset) {
    var folder = hub.fetch(dataset, new ConsoleFetchProgress(console));
    console.out("%s: %s".formatted(dataset.name(), folder));
    return json(dataset);
  }

  private ObjectNode check(NamedDataset dataset) {
    var files = hub.check(dataset, new ConsoleFetchProgress(console));
    console.out("%s: complete, %d files".formatted(dataset.name(), files.size()));
    var json = json(dataset);
    var sums = json.putObject("sha256");
    files.forEach(sums::put);
    return json;
  }

  private ObjectNode remove(NamedDataset dataset) {
    long bytes = hub.remove(dataset, new ConsoleFetchProgress(console));
    console.out("%s: %,d MB freed".formatted(dataset.name(), bytes / 1_000_000));
    return JSON.createObjectNode().put("dataset", dataset.name()).put("bytes_freed", bytes);
  }

  private ObjectNode json(NamedDataset dataset) {
    return JSON.createObjectNode()
        .put("dataset", dataset.name())
        .put("path", hub.cached(dataset).map(Path::toString).orElse(null));
  }

  private NamedDataset named() {
    if (name == null) {
      throw new ConfigException(
          "Missing DATASET: known are " + String.join(", ", hub.registry().names()));
    }
    return hub.registry().named(name);
  }
}
