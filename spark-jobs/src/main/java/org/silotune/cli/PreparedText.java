package org.silotune.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.silotune.fed.job.TextTable;
import org.silotune.prep.shard.ShardManifest;

/** Prepared data as commands say it. */
final class PreparedText {

  private final String place;
  private final ShardManifest manifest;

  PreparedText(String place, ShardManifest manifest) {
    this.place = place.replaceFirst("^file:/*", "/");
    this.manifest = manifest;
  }

  String text() {
    var table = new TextTable("silo", "train", "validation", "test", "tokens", "quarantined");
    for (var silo : manifest.silos()) {
      table.row(
          silo.name(),
          "" + silo.train().exampleCount(),
          "" + silo.validation().exampleCount(),
          "" + silo.test().exampleCount(),
          "" + silo.train().tokenCount(),
          "" + silo.quarantinedCount());
    }
    var facts = new TextLines();
    facts.add("folder", place);
    facts.add(
        "rows",
        "%d in, %d out, %d in quarantine"
            .formatted(
                manifest.rowsIn(), manifest.rowsOut(), manifest.rowsIn() - manifest.rowsOut()));
    if (!manifest.quarantined().isEmpty()) {
      facts.add("quarantine", manifest.quarantined().toString());
    }
    facts.add("template", manifest.template());
    facts.add("tokenizer", manifest.tokenizerSha256());
    facts.add("content", manifest.contentSha256());
    return Stream.of(table.toString(), stages(), facts.toString())
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining("\n\n"));
  }

  /** The steps as a table; none where the folder was made before they were counted. */
  private String stages() {
    if (manifest.stages().isEmpty()) {
      return "";
    }
    var table = new TextTable("stage", "rows in", "dropped", "changed", "reported");
    for (var stage : manifest.stages()) {
      table.row(
          stage.name(),
          "" + stage.rowsIn(),
          "" + stage.dropped(),
          "" + stage.changed(),
          "" + stage.reported());
    }
    return table.toString();
  }

  ObjectNode json() {
    var json = Subcommand.JSON.createObjectNode();
    json.put("prepared", place)
        .put("silos", manifest.silos().size())
        .put("rows_in", manifest.rowsIn())
        .put("rows_out", manifest.rowsOut())
        .put("quarantined", manifest.rowsIn() - manifest.rowsOut())
        .put("template", manifest.template())
        .put("tokenizer_sha256", manifest.tokenizerSha256())
        .put("content_sha256", manifest.contentSha256());
    var stages = json.putArray("stages");
    for (var stage : manifest.stages()) {
      stages
          .addObject()
          .put("stage", stage.name())
          .put("rows_in", stage.rowsIn())
          .put("dropped", stage.dropped())
          .put("changed", stage.changed())
          .put("reported", stage.reported());
    }
    return json;
  }
}
