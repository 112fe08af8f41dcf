package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedCommandTest {

  @TempDir private Path folder;

  @Test
  void theResultIsThatOfTheCommandAndTheProcessGoesOn() throws InterruptedException {
    assertThat(EmbeddedCommand.run("--version")).isEqualTo("silotune 0.1.0\n");
  }

  @Test
  void whatIsSaidOnTheWayIsHeardLineByLine() throws InterruptedException {
    TinyExperiment.in(folder);
    var command =
        EmbeddedCommand.start(
            List.of(
                "train",
                folder.resolve("tiny.yaml").toString(),
                "--dry-run",
                "--set",
                "federated.rounds=1"));
    List<String> heard = wholly(command);

    assertThat(command.status()).as(heard.toString()).isEqualTo(ExitStatus.DONE);
    assertThat(heard).contains("Preparing data").noneMatch(line -> line.contains("\n"));
    assertThat(command.out()).isNotEmpty();
    assertThat(command.heard(0)).isEmpty();
  }

  @Test
  void failuresAreTheirMessage() {
    assertThatIllegalStateException()
        .isThrownBy(() -> EmbeddedCommand.run("describe", "/nowhere"))
        .withMessage("silotune: Invalid folder /nowhere: there is no such folder");
  }

  @Test
  void statusTellsBadUsageFromFailure() throws InterruptedException {
    var command = EmbeddedCommand.start(List.of("trian"));
    List<String> heard = wholly(command);

    assertThat(command.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(heard.get(0)).startsWith("silotune: Unknown command trian (did you mean train?)");
  }

  private static List<String> wholly(EmbeddedCommand command) throws InterruptedException {
    List<String> heard = new ArrayList<>();
    while (command.isRunning()) {
      heard.addAll(command.heard(100));
    }
    heard.addAll(command.heard(0));
    return heard;
  }
}
