package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.silotune.fed.client.RowProgress;

final class JobConsoleTest {

  private final StringWriter err = new StringWriter();

  @Test
  void answersAreOneLineOfAllSilosOnATerminal() {
    JobConsole console = console(/* terminal= */ true);

    console.answered(new RowProgress("north", 3, 30));
    console.answered(new RowProgress("east", 1, 12));

    assertThat(err.toString()).endsWith("\r  answers  east 1/12 | north 3/30");
  }

  @Test
  void answersAreALineNowAndThenElsewhere() {
    JobConsole console = console(/* terminal= */ false);

    console.answered(new RowProgress("north", 3, 30));
    console.answered(new RowProgress("north", 4, 30));

    assertThat(err.toString()).isEqualToIgnoringNewLines("  answers  north 3/30");
  }

  @Test
  void anotherStageForgetsWhatWasAnsweredBefore() {
    JobConsole console = console(/* terminal= */ true);
    console.answered(new RowProgress("north", 30, 30));

    console.stage("Answering again");
    console.answered(new RowProgress("east", 1, 12));

    assertThat(err.toString()).endsWith("\r  answers  east 1/12");
  }

  private JobConsole console(boolean terminal) {
    return new JobConsole(
        new Console(
            new PrintWriter(new StringWriter(), true), new PrintWriter(err, true), terminal));
  }
}
