package org.silotune.eval.job;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.silotune.eval.score.ChoiceScores;
import org.silotune.eval.task.MultipleChoiceConfig;
import org.silotune.eval.task.TaskQuestion;
import org.silotune.llm.generate.ContinuationScorer;
import org.silotune.llm.generate.ContinuationScorer.Question;
import org.silotune.llm.generate.Prompt;
import org.silotune.udf.token.ModelTexts;

/**
 * The likelihoods of choices.
 *
 * <p>{@link ModelTexts#continued} says where a prompt ends and a choice begins. What the context
 * does not hold is cut off at the left; a choice that fills it alone is not scored, and its
 * question not run.
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
    List<List<Pair>> pairs = questions.stream().map(this::pairs).toList();
    List<Pair> asked = pairs.stream().filter(this::fit).flatMap(List::stream).toList();
    List<Double> scores = scores(asked);
    List<TaskPrediction> predictions = new ArrayList<>();
    int at = 0;
    for (int i = 0; i < questions.size(); i++) {
      List<Pair> ofQuestion = pairs.get(i);
      if (!fit(ofQuestion)) {
        predictions.add(TaskPrediction.notRun(task, questions.get(i), overlong(ofQuestion)));
        continue;
      }
      int end = at + ofQuestion.size();
      boolean truncated = ofQuestion.stream().anyMatch(Pair::truncated);
      predictions.add(prediction(questions.get(i), scores.subList(at, end), truncated));
      at = end;
    }
    return predictions;
  }

  private List<Pair> pairs(TaskQuestion question) {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < question.continuations().size(); i++) {
      String context = question.contexts().get(question.contexts().size() == 1 ? 0 : i);
      pairs.add(pair(context, question.continuations().get(i)));
    }
    return pairs;
  }

  private boolean fit(List<Pair> pairs) {
    return pairs.stream().allMatch(this::fits);
  }

  /** At least one token stands before what is scored. */
  private boolean fits(Pair pair) {
    return pair.continuation().length < model.contextLength();
  }

  private String overlong(List<Pair> pairs) {
    int first = 0;
    while (fits(pairs.get(first))) {
      first++;
    }
    return "choice %d of %d has %d tokens, the model's context holds %d with one before them"
        .formatted(
            first + 1, pairs.size(), pairs.get(first).continuation().length, model.contextLength());
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
    ModelTexts.Continued text = model.texts().continued(prompt, continuation);
    // At least one token is scored, and at least one stands before it.
    int[] whole =
        text.ids().length > 1
            ? text.ids()
            : model.texts().continued("", prompt + continuation).ids();
    int border = Math.min(text.border(), whole.length - 1);
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
