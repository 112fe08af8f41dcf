package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.silotune.fed.client.RowProgress;
import org.silotune.fed.metrics.EvaluationRow;
import org.silotune.fed.metrics.HeldOutSplit;
import org.silotune.fed.metrics.SplitLoss;

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

  @Test
  void aResumedRunSaysAfterWhichRoundItGoesOn() {
    JobConsole console = console(/* terminal= */ false);

    console.resumed(2, 5);
    console.resumed(0, 5);

    assertThat(err.toString().lines())
        .containsExactly(
            "Going on after round 2 of 5", "Going on before round 1 of 5: no round was committed");
  }

  @Test
  void lossesAreSaidTogetherAndSilosWithoutHeldOutRowsAtTheStart() {
    JobConsole console = console(/* terminal= */ false);
    SplitLoss two = new SplitLoss(2, 10, 20);

    console.scored(0, HeldOutSplit.TEST, rows(0, HeldOutSplit.TEST, SplitLoss.NONE, two));
    console.scored(3, HeldOutSplit.TEST, rows(3, HeldOutSplit.TEST, SplitLoss.NONE, two));

    assertThat(err.toString().lines())
        .containsExactly(
            "  test loss before training: 2.000 (perplexity 7.39, 2 rows)",
            "  There are no held-out rows of the test split in one",
            "  test loss after round 3: 2.000 (perplexity 7.39, 2 rows)");
  }

  @Test
  void aSplitWithoutRowsHasNoLoss() {
    JobConsole console = console(/* terminal= */ false);
    HeldOutSplit split = HeldOutSplit.VALIDATION;

    console.scored(0, split, rows(0, split, SplitLoss.NONE, SplitLoss.NONE));
    console.scored(1, split, rows(1, split, SplitLoss.NONE, SplitLoss.NONE));

    assertThat(err.toString().lines())
        .containsExactly(
            "  validation loss before training: no held-out rows",
            "  There are no held-out rows of the validation split in any silo",
            "  validation loss after round 1: no held-out rows");
  }

  private static List<EvaluationRow> rows(
      int round, HeldOutSplit split, SplitLoss one, SplitLoss two) {
    return List.of(
        EvaluationRow.scored(round, split, "one", one, "here", ""),
        EvaluationRow.scored(round, split, "two", two, "here", ""),
        EvaluationRow.central(round, split.label(), one.plus(two), List.of()));
  }

  private JobConsole console(boolean terminal) {
    return new JobConsole(
        new Console(
            new PrintWriter(new StringWriter(), true), new PrintWriter(err, true), terminal));
  }
}
