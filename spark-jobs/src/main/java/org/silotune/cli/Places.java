package org.silotune.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.silotune.cli.experiment.ConfigException;
import org.silotune.fed.job.StoredFolder;

/** Paths and URIs as options give them: paths are relative to the working directory. */
final class Places {

  private Places() {}

  /** Returns a URI as it is, a path absolute. */
  static String absolute(String place) {
    return isUri(place) ? place : Path.of(place).toAbsolutePath().normalize().toString();
  }

  /**
   * Returns the same for a place that must exist, as far as that can be seen here.
   *
   * @param option the option that gives it, for the message
   */
  static String existing(String option, String place) {
    var absolute = absolute(place);
    if (!isUri(place) && !Files.exists(Path.of(absolute))) {
      throw new ConfigException("Invalid %s %s: it does not exist".formatted(option, absolute));
    }
    return absolute;
  }

  /**
   * Returns a folder that must exist, wherever it is.
   *
   * @param option the option that gives it, for the message
   */
  static StoredFolder existingFolder(String option, String place) {
    var folder = StoredFolder.at(place);
    if (!folder.exists()) {
      throw new ConfigException(
          "Invalid %s %s: there is no such folder".formatted(option, folder.place()));
    }
    return folder;
  }

  static boolean isUri(String place) {
    return place.contains("://");
  }
}
