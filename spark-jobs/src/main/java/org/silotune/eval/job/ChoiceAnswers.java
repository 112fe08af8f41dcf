package org.silotune.eval.job;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.silotune.eval.score.ChoiceScores;
import org.silotune.eval.task.MultipleChoiceConfig;
import org.silotune.eval.task.TaskQuestion;
import org.silotune.llm.generate.ContinuationScorer;
import org.silotune.llm.generate.ContinuationScorer.Question;
import org.silotune.llm.generate.Prompt;

/**
 * The likelihoods of choices.
 *
 * <p>The border between prompt and choice is that of lm-evaluation-harness ({@code
 * TemplateLM._encode_pair}): white space at the prompt's end goes to the choice, whose tokens are
 * those of the whole text behind as many as the prompt alone has. What the context does not hold is
 * cut off at the left.
 */
record ChoiceAnswers(String task, MultipleChoiceConfig config, AskedModel model)
    implements Answers {

  private static final int TOKENS = 1024;

  /** Neighbours share what stands before them, such as a subject's examples. */
  private static final int TOGETHER = 32;

  @Override
  public List<TaskPrediction> to(List<TaskQuestion> questions) {
    List<TaskPrediction> predictions = new ArrayList<>();
    for (int from = 0; from < questions.size(); from += TOGETHER) {
      predictions.addAll(
          together(questions.subList(from, Math.min(questions.size(), from + TOGETHER))));
    }
    return predictions;
  }

  private List<TaskPrediction> together(List<TaskQuestion> questions) {
    List<Pair> pairs = new ArrayList<>();
    for (TaskQuestion question : questions) {
      for (int i = 0; i < question.continuations().size(); i++) {
        String context = question.contexts().get(question.contexts().size() == 1 ? 0 : i);
        pairs.add(pair(context, question.continuations().get(i)));
      }
    }
    List<Double> scores = scores(pairs);
    List<TaskPrediction> predictions = new ArrayList<>();
    int at = 0;
    for (TaskQuestion question : questions) {
      int end = at + question.continuations().size();
      boolean truncated = pairs.subList(at, end).stream().anyMatch(Pair::truncated);
      predictions.add(prediction(question, scores.subList(at, end), truncated));
      at = end;
    }
    return predictions;
  }

  /** Pairs of one prompt, which are neighbours, are asked as one question. */
  private List<Double> scores(List<Pair> pairs) {
    List<Question> asked = new ArrayList<>();
    for (int from = 0; from < pairs.size(); ) {
      int to = from + 1;
      while (to < pairs.size() && Arrays.equals(pairs.get(to).prompt(), pairs.get(from).prompt())) {
        to++;
      }
      asked.add(
          new Question(
              new Prompt(0, pairs.get(from).prompt()),
              pairs.subList(from, to).stream().map(Pair::continuation).toList()));
      from = to;
    }
    return new ContinuationScorer(model.decoder(), model.adapter(), TOKENS)
        .score(model.thread(), asked).stream()
            .flatMap(List::stream)
            .map(ContinuationScorer.Score::logProbability)
            .toList();
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Pair(int[] prompt, int[] continuation, boolean truncated) {}

  private Pair pair(String prompt, String continuation) {
    String context = prompt.stripTrailing();
    int[] whole = model.ids(prompt + continuation);
    int border = context.isEmpty() ? 0 : Math.min(model.ids(context).length, whole.length - 1);
    if (border == 0) {
      int[] bare = model.bareIds(prompt + continuation);
      whole = IntStream.concat(IntStream.of(model.start()), IntStream.of(bare)).toArray();
      border = 1;
    }
    int cut = Math.max(0, whole.length - model.contextLength());
    int from = Math.min(cut, border - 1);
    return new Pair(
        Arrays.copyOfRange(whole, from, border),
        Arrays.copyOfRange(whole, border, whole.length),
        from > 0);
  }

  private TaskPrediction prediction(
      TaskQuestion question, List<Double> logLikelihoods, boolean truncated) {
    return new TaskPrediction(
        task,
        question,
        0,
        question.choices().get(ChoiceScores.likeliest(logLikelihoods)),
        TaskPrediction.SCORED,
        "",
        truncated,
        logLikelihoods,
        ChoiceScores.of(config.metrics(), question.choices(), logLikelihoods, question.gold()));
  }
}
