package org.silotune.eval.job;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.silotune.eval.score.PerplexityScores;
import org.silotune.eval.task.PerplexityConfig;
import org.silotune.eval.task.TaskQuestion;
import org.silotune.llm.eval.ExampleLosses;
import org.silotune.llm.eval.LossSum;
import org.silotune.llm.tokenizer.TokenizedExample;
import org.silotune.udf.token.ModelTexts;

/**
 * The likelihoods of texts. A text longer than the context is scored in windows, each token once
 * and the last window with as much before it as fits, as {@code get_rolling_token_windows} of
 * lm-evaluation-harness cuts them.
 */
record PerplexityAnswers(String task, PerplexityConfig config, AskedModel model)
    implements Answers {

  @Override
  public List<TaskPrediction> to(List<TaskQuestion> questions) {
    List<TokenizedExample> windows = new ArrayList<>();
    List<Integer> counts = new ArrayList<>();
    for (TaskQuestion question : questions) {
      int before = windows.size();
      addWindows(question, windows);
      counts.add(windows.size() - before);
    }
    List<LossSum> losses =
        ExampleLosses.defaults()
            .evaluate(model.thread(), model.decoder(), model.adapter(), windows);
    List<TaskPrediction> predictions = new ArrayList<>();
    int at = 0;
    for (int i = 0; i < questions.size(); i++) {
      LossSum sum = LossSum.ZERO;
      for (LossSum window : losses.subList(at, at + counts.get(i))) {
        sum = sum.plus(window);
      }
      at += counts.get(i);
      predictions.add(prediction(questions.get(i), sum));
    }
    return predictions;
  }

  private TaskPrediction prediction(TaskQuestion question, LossSum sum) {
    if (sum.trainedTokens() == 0) {
      return TaskPrediction.notRun(task, question, "the text is empty");
    }
    return new TaskPrediction(
        task,
        question,
        0,
        "",
        TaskPrediction.SCORED,
        "",
        /* truncated= */ false,
        List.of(0.0 - sum.lossSum()),
        PerplexityScores.of(
            config.metrics(), question.target(), sum.lossSum(), sum.trainedTokens()));
  }

  private void addWindows(TaskQuestion question, List<TokenizedExample> windows) {
    ModelTexts texts = model.texts();
    int[] text = texts.bareIds(question.target());
    windows.addAll(windows(question.exampleId(), text, texts.start(), model.contextLength() - 1));
  }

  /**
   * Returns a text's windows.
   *
   * @param start what stands before the first token
   * @param longest the most tokens that are scored in a window, or stand before one
   */
  static List<TokenizedExample> windows(String id, int[] text, int start, int longest) {
    List<TokenizedExample> windows = new ArrayList<>();
    for (int done = 0; done < text.length; ) {
      int end = Math.min(text.length, done + longest);
      int[] ids = Arrays.copyOfRange(text, Math.max(0, end - longest - 1), end);
      if (done == 0) {
        ids = new int[end + 1];
        ids[0] = start;
        System.arraycopy(text, 0, ids, 1, end);
      }
      int[] labels = ids.clone();
      Arrays.fill(labels, 0, ids.length - (end - done), TokenizedExample.NOT_TRAINED);
      windows.add(new TokenizedExample("%s-%d".formatted(id, done), ids, labels));
      done = end;
    }
    return windows;
  }
}
