package org.silotune.fed.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.silotune.fed.metrics.EvaluationRow;
import org.silotune.fed.metrics.HeldOutSplit;
import org.silotune.fed.metrics.SplitLoss;

/** Losses of silos with and without held-out rows in the files of a run. */
final class OptionalNumbersTest {

  @Test
  void aLossOverNoRowsIsNullAndAnyOtherComesBack() {
    String none = json(SplitLoss.NONE);
    assertThat(none).contains("\"loss\" : null", "\"perplexity\" : null");
    assertThat(read(none)).isEqualTo(row(SplitLoss.NONE));
    assertThat(read(none).loss()).isEmpty();

    SplitLoss some = new SplitLoss(2, 10, 17);
    assertThat(json(some)).contains("\"loss\" : 1.7,");
    assertThat(read(json(some))).isEqualTo(row(some));

    SplitLoss diverged = new SplitLoss(2, 10, Double.POSITIVE_INFINITY);
    assertThat(read(json(diverged))).isEqualTo(row(diverged));
  }

  @Test
  void runsOfTheFirstDaysWroteNotANumber() {
    String old = json(SplitLoss.NONE).replace(": null", ": \"NaN\"");

    assertThat(read(old)).isEqualTo(row(SplitLoss.NONE));
  }

  private static EvaluationRow row(SplitLoss loss) {
    return EvaluationRow.scored(1, HeldOutSplit.TEST, "north", loss, "here", "");
  }

  private static String json(SplitLoss loss) {
    return new String(Json.bytes(row(loss)), UTF_8);
  }

  private static EvaluationRow read(String json) {
    return Json.read(json.getBytes(UTF_8), EvaluationRow.class, "scores");
  }
}
