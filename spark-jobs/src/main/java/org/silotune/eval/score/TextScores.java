package org.silotune.eval.score;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.silotune.eval.task.AnswerConfig;
import org.silotune.eval.task.GenerateConfig;
import org.silotune.eval.task.TextMetric;
import org.silotune.udf.text.NumericAnswer;
import org.silotune.udf.text.RougeL;

/**
 * What a generated text is worth against its reference.
 *
 * <p>{@code exact_match} is that of lm-evaluation-harness 0.4 ({@code exact_match_hf_evaluate}):
 * the matches of each expression to be ignored are dropped from both texts, one expression after
 * the other; then both are compared, in lower case where that is asked for.
 */
public final class TextScores {

  private final GenerateConfig config;
  private final List<AnswerConfig> answers;

  /** The scores of a task's texts. */
  public TextScores(GenerateConfig config) {
    this.config = config;
    this.answers = config.answers().orElse(List.of());
  }

  /** Returns a score a metric and answer. */
  public List<Score> of(String generated, String reference) {
    List<Score> scores = new ArrayList<>();
    if (answers.isEmpty()) {
      add(scores, "", generated, reference);
    }
    for (AnswerConfig answer : answers) {
      add(scores, answer.name(), TakenAnswer.of(answer, generated), reference);
    }
    return scores;
  }

  private void add(List<Score> scores, String name, String answer, String reference) {
    for (TextMetric metric : config.metrics()) {
      String named = MetricNames.of(metric, name);
      scores.add(
          switch (metric) {
            case EXACT_MATCH -> Score.ofTruth(named, kept(answer).equals(kept(reference)));
            case NUMERIC_MATCH -> Score.ofTruth(named, sameNumber(answer, reference));
            case ROUGE_L -> new Score(named, RougeL.of(answer, reference).f(), 1);
          });
    }
  }

  private String kept(String text) {
    String kept = text;
    for (String ignored : config.ignore().orElse(List.of())) {
      kept = kept.replaceAll(ignored, "");
    }
    return config.ignoreCase().orElse(false) ? kept.toLowerCase(Locale.ROOT) : kept;
  }

  private static boolean sameNumber(String answer, String reference) {
    var expected = NumericAnswer.of(reference);
    return expected.isPresent() && expected.equals(NumericAnswer.of(answer));
  }
}
