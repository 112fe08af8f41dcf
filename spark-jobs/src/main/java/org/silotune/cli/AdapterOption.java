package org.silotune.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.silotune.cli.experiment.ConfigException;
import org.silotune.fed.job.StoredFolder;
import org.silotune.llm.adapter.AdapterCheckpoint;
import org.silotune.llm.hub.ModelRegistry;

/** An adapter as an option names it: its folder, or the folder of a run, as a path or URI. */
final class AdapterOption {

  private static final String BEST = "best";

  private AdapterOption() {}

  /** Reads the adapter, if there is one; of a run, the best one. */
  static Optional<AdapterCheckpoint> read(@Nullable String place) {
    if (place == null) {
      return Optional.empty();
    }
    var folder = StoredFolder.at(place);
    if (!folder.exists()) {
      throw new ConfigException(
          "Missing adapter %s: it is no folder; name an adapter folder or a run"
              .formatted(folder.place()));
    }
    if (!folder.isRun()) {
      return Optional.of(folder.adapter());
    }
    var best = folder.child(BEST);
    if (!best.exists()) {
      throw new ConfigException(
          "Missing adapter of run %s: the run has not ended; train it to the end with its run id"
              .formatted(folder.place()));
    }
    return Optional.of(best.adapter());
  }

  /** Returns the model that is named, else the adapter's base where that has a name. */
  static String baseModel(@Nullable String named, Optional<AdapterCheckpoint> adapter) {
    if (named != null) {
      return named;
    }
    var base =
        adapter
            .map(AdapterCheckpoint::baseName)
            .orElseThrow(
                () ->
                    new ConfigException(
                        "Missing --model or --adapter: name what to ask, as in --model tiny or --adapter runs/RUN-ID"));
    var registry = ModelRegistry.standard();
    if (registry.find(base).isEmpty()) {
      throw new ConfigException(
          "Missing --model: the adapter's base is called %s, which is none of %s; name its folder or file"
              .formatted(base, String.join(", ", registry.names())));
    }
    return base;
  }
}
