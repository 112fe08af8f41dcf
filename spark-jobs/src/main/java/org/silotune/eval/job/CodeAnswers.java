package org.silotune.eval.job;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.silotune.eval.sandbox.Program;
import org.silotune.eval.sandbox.Sandbox;
import org.silotune.eval.sandbox.SandboxResult;
import org.silotune.eval.score.MetricNames;
import org.silotune.eval.score.Score;
import org.silotune.eval.task.CodeConfig;
import org.silotune.eval.task.ProgramText;
import org.silotune.eval.task.TaskQuestion;
import org.silotune.llm.generate.Generation;
import org.silotune.llm.generate.Prompt;
import org.silotune.llm.tensor.CounterRandom;

/**
 * Generated programs, run in a sandbox. A problem whose own solution does not pass there says
 * nothing of a model: it is not run, with the reason.
 */
record CodeAnswers(String task, CodeConfig config, AskedModel model) implements Answers {

  @Override
  public List<TaskPrediction> to(List<TaskQuestion> questions) {
    Sandbox sandbox = Sandbox.open();
    Map<TaskQuestion, Optional<String>> obstacles = new LinkedHashMap<>();
    Optional<String> missing = sandbox.missing(config.buildCommand(), config.runCommand());
    for (TaskQuestion question : questions) {
      obstacles.put(question, missing.or(() -> obstacle(sandbox, question)));
    }
    List<TaskQuestion> asked =
        questions.stream().filter(question -> obstacles.get(question).isEmpty()).toList();
    List<Generation> generated = generated(asked);
    List<TaskPrediction> predictions = new ArrayList<>();
    int at = 0;
    for (TaskQuestion question : questions) {
      Optional<String> obstacle = obstacles.get(question);
      if (obstacle.isPresent()) {
        predictions.add(TaskPrediction.notRun(task, question, obstacle.get()));
        continue;
      }
      for (int sample = 0; sample < config.sampleCount(); sample++) {
        predictions.add(prediction(sandbox, question, sample, generated.get(at++).text()));
      }
    }
    return predictions;
  }

  private Optional<String> obstacle(Sandbox sandbox, TaskQuestion question) {
    if (question.target().isEmpty()) {
      return Optional.of("no solution is known");
    }
    SandboxResult result = run(sandbox, question, question.target());
    return result.passed(proof(question))
        ? Optional.empty()
        : Optional.of("its own solution does not pass: " + result.reason());
  }

  private List<Generation> generated(List<TaskQuestion> questions) {
    List<Prompt> prompts = new ArrayList<>();
    for (TaskQuestion question : questions) {
      int[] ids =
          model.lastIds(model.texts().ids(question.prompt()), config.decoding().maxNewTokens());
      for (int sample = 0; sample < config.sampleCount(); sample++) {
        prompts.add(new Prompt((long) question.number() * config.sampleCount() + sample, ids));
      }
    }
    return prompts.isEmpty() ? List.of() : model.generate(prompts, config.decoding());
  }

  private TaskPrediction prediction(
      Sandbox sandbox, TaskQuestion question, int sample, String completion) {
    SandboxResult result = run(sandbox, question, completion);
    boolean passed = result.passed(proof(question));
    return new TaskPrediction(
        task,
        question,
        sample,
        completion,
        TaskPrediction.SCORED,
        passed ? "" : result.reason(),
        model.texts().ids(question.prompt()).length
            > model.contextLength() - config.decoding().maxNewTokens(),
        List.of(),
        List.of(new Score(MetricNames.PASSED, passed ? 1 : 0, 1)));
  }

  private SandboxResult run(Sandbox sandbox, TaskQuestion question, String completion) {
    Program program =
        new Program(
            config.language(),
            new ProgramText(task, config).of(question.row(), completion, proof(question)),
            config.buildCommand(),
            config.runCommand());
    return sandbox.run(program, config.limits());
  }

  /** A word that no model guesses; none where the program does not write it. */
  private String proof(TaskQuestion question) {
    return new ProgramText(task, config).proves()
        ? "%016x".formatted(CounterRandom.ofSeed(0).at(task).at(question.exampleId()).bits(0))
        : "";
  }
}
