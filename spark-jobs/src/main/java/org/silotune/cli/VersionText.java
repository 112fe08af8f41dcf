package org.silotune.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.silotune.prep.job.PreparedVersion;

/** What an incremental preparation came to, as commands say it. */
final class VersionText {

  private final PreparedVersion version;
  private final PreparedText prepared;

  VersionText(PreparedVersion version) {
    this.version = version;
    this.prepared = new PreparedText(version.folder().uri(), version.manifest());
  }

  String text() {
    var facts = new TextLines();
    facts.add("version", "" + version.manifest().version());
    facts.add("new rows", "" + version.newRows());
    if (!version.preparedAgain().isEmpty()) {
      facts.add("prepared again", String.join(", ", version.preparedAgain()));
    }
    version.mark().ifPresent(mark -> facts.add("high water", mark.value()));
    var head =
        version.isNew() ? "" : "Nothing is new: the folder is as it was, nothing was written\n\n";
    return head + prepared.text() + "\n" + facts;
  }

  /** What a person should know who does not read the counts. */
  Optional<String> warning() {
    return version.lateRows() == 0
        ? Optional.empty()
        : Optional.of(
            "%d rows came too late: at or below the high-water mark, or without a value, and in no version; --rebuild takes them"
                .formatted(version.lateRows()));
  }

  ObjectNode json() {
    var json = prepared.json();
    json.put("changed", version.isNew())
        .put("version", version.manifest().version())
        .put("new_rows", version.newRows())
        .put("late_rows", version.lateRows());
    version.mark().ifPresent(mark -> json.put("high_water", mark.value()));
    version.preparedAgain().forEach(json.putArray("prepared_again")::add);
    return json;
  }
}
