package org.silotune.eval.score;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.silotune.eval.task.ChoiceMetric;

/**
 * Whether the likeliest choice is the right one.
 *
 * <p>As lm-evaluation-harness 0.4 has it ({@code ConfigurableTask.process_results}): the first of
 * equally likely choices is chosen, and a choice's length is that of its text without the space
 * before it, in characters for {@code acc_norm} and in bytes for {@code acc_bytes}.
 */
public final class ChoiceScores {

  private ChoiceScores() {}

  /**
   * Returns a score a metric.
   *
   * @param choices the choices' texts
   * @param logLikelihoods in nats, one a choice
   * @param gold the place of the right choice
   */
  public static List<Score> of(
      List<ChoiceMetric> metrics, List<String> choices, List<Double> logLikelihoods, int gold) {
    List<Score> scores = new ArrayList<>();
    for (ChoiceMetric metric : metrics) {
      List<Double> compared = new ArrayList<>();
      for (int i = 0; i < choices.size(); i++) {
        double length =
            switch (metric) {
              case ACC -> 1;
              case ACC_NORM -> choices.get(i).codePointCount(0, choices.get(i).length());
              case ACC_BYTES -> choices.get(i).getBytes(StandardCharsets.UTF_8).length;
            };
        compared.add(logLikelihoods.get(i) / length);
      }
      scores.add(Score.ofTruth(MetricNames.of(metric), likeliest(compared) == gold));
    }
    return scores;
  }

  /** Returns the place of the likeliest, the first of equals. */
  public static int likeliest(List<Double> logLikelihoods) {
    int best = 0;
    for (int i = 1; i < logLikelihoods.size(); i++) {
      if (logLikelihoods.get(i) > logLikelihoods.get(best)) {
        best = i;
      }
    }
    return best;
  }
}
