package org.silotune.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.silotune.cli.experiment.ConfigException;
import org.silotune.cli.experiment.ExperimentFile;
import org.silotune.fed.job.StoredFolder;
import org.silotune.llm.adapter.AdapterCheckpoint;
import org.silotune.prep.shard.PreparedFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a folder holds, read from its own files. */
@Command(
    name = "describe",
    description = "Says what a folder holds: prepared data, a run, or an adapter.",
    footer = {
      "",
      "Examples:",
      "  silotune describe runs/RUN-ID",
      "  silotune describe runs/RUN-ID/data --plot silos.svg",
      "  silotune describe runs/RUN-ID/best",
      "  silotune describe hdfs:///runs/RUN-ID"
    })
final class DescribeCommand extends Subcommand {

  private static final List<String> RUN_FILES = List.of("config", "manifest", "result");

  @Parameters(index = "0", paramLabel = "DIR", description = "The folder: a path or URI.")
  private String folder;

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description = "Of prepared data: draw the silos into an SVG file.")
  private @Nullable Path plot;

  DescribeCommand(Console console) {
    super(console);
  }

  @Override
  ObjectNode execute() throws IOException {
    var stored = Places.existingFolder("folder", folder);
    boolean isPrepared =
        !stored.isRun()
            && !stored.has(AdapterCheckpoint.CONFIG)
            && PreparedFolder.at(stored.uri()).exists();
    if (plot != null && !isPrepared) {
      throw new ConfigException(
          "Invalid --plot: %s is no prepared data; name a folder that prepare wrote"
              .formatted(stored.place()));
    }
    if (stored.isRun()) {
      return run(stored);
    }
    if (stored.has(AdapterCheckpoint.CONFIG)) {
      return adapter(stored);
    }
    if (isPrepared) {
      return prepared(PreparedFolder.at(stored.uri()));
    }
    throw new ConfigException(
        "Cannot describe %s: neither prepared data (manifest.json), nor a run (run.json), nor an adapter (%s)"
            .formatted(stored.place(), AdapterCheckpoint.CONFIG));
  }

  private ObjectNode prepared(PreparedFolder prepared) throws IOException {
    var manifest = prepared.manifest();
    var shown = new PreparedText(prepared.uri(), manifest);
    console.out(shown.text());
    var json = shown.json();
    var profile = new SiloProfileText(manifest);
    if (profile.isKnown()) {
      console.out("\n" + profile.text());
      json.set("profiles", profile.json());
    } else if (plot != null) {
      throw new ConfigException(
          "Cannot plot %s: its manifest has no profiles of silos; prepare the data again"
              .formatted(prepared.uri()));
    }
    if (plot != null) {
      Files.writeString(plot, new SiloPlot(manifest).svg());
      console.err("Drew " + plot);
      json.put("plot", plot.toString());
    }
    return json;
  }

  private ObjectNode run(StoredFolder run) throws IOException {
    var json = JSON.createObjectNode().put("run", run.place());
    boolean ended = run.has("result.json");
    for (var name : RUN_FILES) {
      var text = run.text(name + ".json");
      if (text.isPresent()) {
        json.set(name, JSON.readTree(text.get()));
      }
    }
    boolean reported = ended && isReported(run, json.path("result"));
    json.put("ended", ended).put("reported", reported);
    var report = reported ? run.text("report.md") : Optional.<String>empty();
    console.out(report.map(String::stripTrailing).orElseGet(() -> unfinished(run, json)));
    return json;
  }

  /** Whether the report is there and is of this result: a run that goes on keeps its old one. */
  private static boolean isReported(StoredFolder run, JsonNode result) throws IOException {
    var summary = run.text("summary.json");
    return summary.isPresent() && JSON.readTree(summary.get()).path("result").equals(result);
  }

  private static String unfinished(StoredFolder run, JsonNode json) {
    return json.path("ended").asBoolean()
        ? "Training has ended, after round %d; the answers to test prompts and the report are not complete. The same train command with --run-id %s completes them"
            .formatted(json.path("result").path("rounds").asInt(), run.name())
        : "The run has not ended; the same train command with --run-id %s goes on with it"
            .formatted(run.name());
  }

  private ObjectNode adapter(StoredFolder stored) {
    var checkpoint = stored.adapter();
    var config = ExperimentFile.toFlat((Record) checkpoint.adapter().config());
    var parameters = checkpoint.adapter().parameters();
    var facts = new TextLines();
    facts.add("adapter", stored.place());
    config.forEach(facts::add);
    facts.add("base model", checkpoint.baseName());
    facts.add("base sha256", checkpoint.baseSha256().orElse("not recorded"));
    facts.add("tensors", "" + parameters.names().size());
    facts.add("parameters", "%,d".formatted(parameters.coordinateCount()));
    console.out(facts.toString());
    var json = JSON.createObjectNode();
    json.put("adapter", stored.place());
    config.forEach(json.putObject("config")::put);
    return json.put("base_model", checkpoint.baseName())
        .put("base_sha256", checkpoint.baseSha256().orElse(null))
        .put("tensors", parameters.names().size())
        .put("parameters", parameters.coordinateCount());
  }
}
