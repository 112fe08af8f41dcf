package org.silotune.fed.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class SiloTuneVersionTest {

  @Test
  void itIsTheBuilds() throws IOException {
    assertThat(Files.readString(Path.of("pom.xml")))
        .containsPattern("<version>" + SiloTuneVersion.NUMBER + "(-SNAPSHOT)?</version>");
  }
}
