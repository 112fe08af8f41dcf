package org.silotune.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.TreeMap;
import org.silotune.cli.experiment.ExperimentFile;
import org.silotune.fed.job.PlacementConfig;

/**
 * A run's folder on this machine, as commands read it.
 *
 * @param folder of the run
 * @param values its configuration, under {@code values}
 */
record LocalRun(Path folder, JsonNode values) {

  private static final String MARKER = "run.json";
  private static final String CONFIG = "config.json";

  /** Returns the run that a folder is. */
  static Optional<LocalRun> at(Path folder) {
    if (!Files.isRegularFile(folder.resolve(MARKER))
        || !Files.isRegularFile(folder.resolve(CONFIG))) {
      return Optional.empty();
    }
    try {
      var config = Subcommand.JSON.readTree(folder.resolve(CONFIG).toFile());
      return Optional.of(new LocalRun(folder, config.path("values")));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read %s".formatted(folder.resolve(CONFIG)), e);
    }
  }

  /** Returns the run that a folder is, or is a part of: its adapters, its data. */
  static Optional<LocalRun> around(Path folder) {
    var parent = folder.toAbsolutePath().normalize().getParent();
    return at(folder).or(() -> Optional.ofNullable(parent).flatMap(LocalRun::at));
  }

  /** Returns where the run's prepared data is. */
  String data() {
    var own = folder.resolve("data");
    return Files.isDirectory(own)
        ? Places.absolute(own.toString())
        : values.path("data").asText("");
  }

  /** Returns where the run's silos may be opened. */
  PlacementConfig placement() {
    var flat = new TreeMap<String, String>();
    values.properties().forEach(entry -> flat.put(entry.getKey(), entry.getValue().asText()));
    return ExperimentFile.placement(flat, folder.resolve(CONFIG).toString());
  }
}
