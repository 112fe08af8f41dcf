package org.silotune.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The experiments that come with the command, in {@code submit/experiments}. */
final class BundledExperiment {

  /** The first one. */
  static final String QUICKSTART = "quickstart.yaml";

  /** Where the start scripts say that they lie: the folder {@code submit}. */
  private static final String HOME = "silotune.home";

  private BundledExperiment() {}

  /**
   * Returns the file that was asked for, else the bundled one: beside the start scripts, whatever
   * the working directory is. Without them it is looked for in a checkout that one stands in.
   */
  static Path orBundled(@Nullable Path asked, String name) {
    return asked == null ? of(Optional.ofNullable(System.getProperty(HOME)), name) : asked;
  }

  /** Returns where an experiment lies, seen from a start script's folder if there is one. */
  static Path of(Optional<String> home, String name) {
    return Path.of(home.orElse("submit"), "experiments", name);
  }
}
