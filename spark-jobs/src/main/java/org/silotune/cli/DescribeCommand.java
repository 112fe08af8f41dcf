package org.silotune.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.silotune.cli.experiment.ConfigException;
import org.silotune.cli.experiment.ExperimentFile;
import org.silotune.fed.run.RecordedRun;
import org.silotune.llm.adapter.AdapterCheckpoint;
import org.silotune.prep.shard.PreparedFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** What a folder holds, read from its own files. */
@Command(
    name = "describe",
    description = "Says what a folder holds: prepared data, a run, or an adapter.",
    footer = {
      "",
      "Examples:",
      "  silotune describe runs/RUN-ID",
      "  silotune describe runs/RUN-ID/data --json",
      "  silotune describe runs/RUN-ID/best"
    })
final class DescribeCommand extends Subcommand {

  private static final List<String> RUN_FILES = List.of("config", "manifest", "result");

  @Parameters(index = "0", paramLabel = "DIR", description = "The folder.")
  private Path folder;

  DescribeCommand(Console console) {
    super(console);
  }

  @Override
  ObjectNode execute() throws IOException {
    Places.existing("folder", folder.toString());
    if (RecordedRun.isAt(folder)) {
      return run();
    }
    if (Files.isRegularFile(folder.resolve(AdapterCheckpoint.CONFIG))) {
      return adapter();
    }
    if (Files.isRegularFile(folder.resolve("manifest.json"))) {
      var prepared = PreparedFolder.at(folder.toAbsolutePath().toString());
      var shown = new PreparedText(prepared.uri(), prepared.manifest());
      console.out(shown.text());
      return shown.json();
    }
    throw new ConfigException(
        "Cannot describe %s: neither prepared data (manifest.json), nor a run (run.json), nor an adapter (%s)"
            .formatted(folder.toAbsolutePath(), AdapterCheckpoint.CONFIG));
  }

  private ObjectNode run() throws IOException {
    var json = JSON.createObjectNode().put("run", folder.toAbsolutePath().normalize().toString());
    var report = folder.resolve("report.md");
    boolean ended = Files.isRegularFile(folder.resolve("result.json"));
    json.put("ended", ended);
    for (var name : RUN_FILES) {
      var file = folder.resolve(name + ".json");
      if (Files.isRegularFile(file)) {
        json.set(name, JSON.readTree(file.toFile()));
      }
    }
    console.out(
        ended && Files.isRegularFile(report)
            ? Files.readString(report).stripTrailing()
            : "The run has not ended; the same train command with --run-id %s goes on with it"
                .formatted(folder.toAbsolutePath().normalize().getFileName()));
    return json;
  }

  private ObjectNode adapter() {
    var checkpoint = AdapterCheckpoint.read(folder);
    var config = ExperimentFile.toFlat((Record) checkpoint.adapter().config());
    var parameters = checkpoint.adapter().parameters();
    var facts = new TextLines();
    facts.add("adapter", folder.toAbsolutePath().normalize().toString());
    config.forEach(facts::add);
    facts.add("base model", checkpoint.baseName());
    facts.add("base sha256", checkpoint.baseSha256().orElse("not recorded"));
    facts.add("tensors", "" + parameters.names().size());
    facts.add("parameters", "%,d".formatted(parameters.coordinateCount()));
    console.out(facts.toString());
    var json = JSON.createObjectNode();
    json.put("adapter", folder.toAbsolutePath().normalize().toString());
    config.forEach(json.putObject("config")::put);
    return json.put("base_model", checkpoint.baseName())
        .put("base_sha256", checkpoint.baseSha256().orElse(null))
        .put("tensors", parameters.names().size())
        .put("parameters", parameters.coordinateCount());
  }
}
