package org.silotune.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.silotune.fed.job.ExperimentConfig;

final class ConfigurationPageTest {

  private static final Path PAGE = Path.of("../docs/configuration.md");
  private static final Pattern ROW =
      Pattern.compile("^\\| `([^`]+)` \\| ([^|]*) \\|.*\\|$", Pattern.MULTILINE);

  @Test
  void pageHasEveryKeyWithItsDefaultAndNoOther() throws IOException {
    Map<String, String> page = new LinkedHashMap<>();
    ROW.matcher(Files.readString(PAGE))
        .results()
        .forEach(row -> page.put(row.group(1), row.group(2).strip()));
    Map<String, String> records = new LinkedHashMap<>();
    ConfigKey.of(ExperimentConfig.class)
        .forEach(key -> records.put(key.path(), key.standard().orElse("-")));
    assertThat(page).containsExactlyInAnyOrderEntriesOf(records);
  }
}
