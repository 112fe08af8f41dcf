package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The bundled experiments, whatever the working directory is. */
final class BundledExperimentTest {

  @Test
  void itLiesBesideTheStartScriptsOrInTheCheckout() {
    var name = BundledExperiment.QUICKSTART;
    assertThat(BundledExperiment.of(Optional.of("../submit"), name)).exists();
    assertThat(BundledExperiment.of(Optional.empty(), name))
        .isEqualTo(Path.of("submit/experiments/quickstart.yaml"));
    assertThat(BundledExperiment.orBundled(Path.of("my.yaml"), name)).isEqualTo(Path.of("my.yaml"));
  }
}
