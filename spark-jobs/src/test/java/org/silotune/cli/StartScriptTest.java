package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the start scripts say where a command cannot even start. */
final class StartScriptTest {

  @TempDir private Path folder;

  private record Ended(int status, String out, String err) {}

  @Test
  void aJavaHomeWithoutJavaIsBadUsageAndEndsInJsonWhereThatIsAskedFor() throws Exception {
    var home = folder.resolve("a \"jdk\"");
    var message =
        "Invalid JAVA_HOME %s: it holds no bin/java; set it to a JDK of 17 or newer, or unset it"
            .formatted(home);

    assertThat(start(home, "silotune", "models"))
        .isEqualTo(new Ended(ExitStatus.USAGE, "", "silotune: " + message + "\n"));
    var asked = start(home, "quickstart.sh", "--model", "tiny", "--json");
    assertThat(asked.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(Subcommand.JSON.readTree(asked.out()).path("error").asText()).isEqualTo(message);
  }

  @Test
  void anOlderJavaIsNamedWithItsVersion() throws Exception {
    var java = folder.resolve("jdk/bin/java");
    Files.createDirectories(java.getParent());
    Files.writeString(java, "#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));

    assertThat(start(folder.resolve("jdk"), "silotune", "models").err())
        .isEqualTo(
            "silotune: Invalid Java version 11 of %s: must be 17 or newer; set JAVA_HOME\n"
                .formatted(java));
  }

  @Test
  void optionsOfSparkSubmitEndWithTwoDashes() throws Exception {
    var asked = start(folder, "spark-submit.sh", "train", "x.yaml", "--json");
    assertThat(asked.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(Subcommand.JSON.readTree(asked.out()).path("error").asText())
        .startsWith("Missing --: options of spark-submit come before it");
  }

  private Ended start(Path javaHome, String script, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("bash", "../submit/" + script));
    command.addAll(List.of(arguments));
    var out = folder.resolve("out").toFile();
    var err = folder.resolve("err").toFile();
    var builder = new ProcessBuilder(command).redirectOutput(out).redirectError(err);
    builder.environment().put("JAVA_HOME", javaHome.toString());
    var process = builder.start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Ended(process.exitValue(), text("out"), text("err"));
  }

  private String text(String file) throws IOException {
    return Files.readString(folder.resolve(file), StandardCharsets.UTF_8);
  }
}
