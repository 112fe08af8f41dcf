package org.silotune.eval.job;

import java.util.ArrayList;
import java.util.List;
import org.silotune.eval.score.TextScores;
import org.silotune.eval.task.GenerateConfig;
import org.silotune.eval.task.TaskQuestion;
import org.silotune.llm.generate.Generation;
import org.silotune.llm.generate.Prompt;

/** Generated texts, each compared with its reference. */
record TextAnswers(String task, GenerateConfig config, AskedModel model) implements Answers {

  @Override
  public List<TaskPrediction> to(List<TaskQuestion> questions) {
    List<Prompt> prompts = new ArrayList<>();
    List<Boolean> truncated = new ArrayList<>();
    for (TaskQuestion question : questions) {
      int[] ids = model.texts().ids(question.prompt());
      int[] kept = model.lastIds(ids, config.decoding().maxNewTokens());
      prompts.add(new Prompt(question.number(), kept));
      truncated.add(kept.length < ids.length);
    }
    List<Generation> generated = model.generate(prompts, config.decoding());
    TextScores scores = new TextScores(config);
    List<TaskPrediction> predictions = new ArrayList<>();
    for (int i = 0; i < questions.size(); i++) {
      String text = generated.get(i).text();
      predictions.add(
          new TaskPrediction(
              task,
              questions.get(i),
              0,
              text,
              TaskPrediction.SCORED,
              "",
              truncated.get(i),
              List.of(),
              scores.of(text, questions.get(i).target())));
    }
    return predictions;
  }
}
