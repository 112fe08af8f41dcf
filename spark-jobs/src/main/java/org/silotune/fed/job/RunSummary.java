package org.silotune.fed.job;

import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;
import org.silotune.fed.metrics.EvaluationRow;
import org.silotune.fed.metrics.PredictionRow;
import org.silotune.fed.metrics.SplitScores;
import org.silotune.fed.run.RunResult;

/**
 * What a run achieved: test losses and answers before it and of its best round.
 *
 * @param runId the run's id
 * @param run its folder, as a URI
 * @param model the base model's name
 * @param result how the run ended
 * @param validation central validation loss by round, as far as it was scored
 * @param before test losses of the base model, by silo and central
 * @param after test losses of the best round
 * @param answersBefore of the base model to some test rows
 * @param answersAfter of the best round to the same rows
 * @param warnings what the run's manifest warns of
 */
public record RunSummary(
    String runId,
    String run,
    String model,
    RunResult result,
    List<EvaluationRow> validation,
    List<EvaluationRow> before,
    List<EvaluationRow> after,
    List<PredictionRow> answersBefore,
    List<PredictionRow> answersAfter,
    @Nullable List<String> warnings) {

  public RunSummary {
    validation = List.copyOf(validation);
    before = List.copyOf(before);
    after = List.copyOf(after);
    answersBefore = List.copyOf(answersBefore);
    answersAfter = List.copyOf(answersAfter);
    warnings = warnings == null ? List.of() : List.copyOf(warnings); // the first days had none
  }

  /** Returns the summary of the same run in another place. */
  RunSummary at(String newRun) {
    return new RunSummary(
        runId,
        newRun,
        model,
        result,
        validation,
        before,
        after,
        answersBefore,
        answersAfter,
        warnings);
  }

  /** Returns the number of silos. */
  public int siloCount() {
    return before.size() - 1; // one row is central
  }

  /** Returns the central row. */
  public static EvaluationRow central(List<EvaluationRow> rows) {
    return rows.stream().filter(EvaluationRow::central).findFirst().orElseThrow();
  }

  /** Returns the test loss of the base model, over the silos that were scored before and after. */
  public EvaluationRow centralBefore() {
    return compared(before);
  }

  /** Returns the test loss of the best round, over the silos that were scored before and after. */
  public EvaluationRow centralAfter() {
    return compared(after);
  }

  /** Returns how many silos that is. */
  public int comparedSilos() {
    return scoredTwice().size();
  }

  private EvaluationRow compared(List<EvaluationRow> rows) {
    var scored = scoredTwice();
    var central = central(rows);
    return EvaluationRow.central(
        central.round(),
        central.split(),
        SplitScores.of(rows).over(scored),
        rows.stream()
            .filter(row -> !row.central() && !scored.contains(row.silo()))
            .map(EvaluationRow::silo)
            .toList());
  }

  private SortedSet<String> scoredTwice() {
    return SplitScores.common(List.of(SplitScores.of(before), SplitScores.of(after)));
  }

  /** Returns the fraction of right answers among those that can be checked, if any can. */
  public static Optional<Double> exactMatch(List<PredictionRow> answers) {
    long checkable = answers.stream().filter(PredictionRow::checkable).count();
    long right = answers.stream().filter(PredictionRow::exactMatch).count();
    return checkable == 0 ? Optional.empty() : Optional.of((double) right / checkable);
  }

  /** Returns the place of a file or folder of the run, for people: a plain path where it is one. */
  public String place(String relative) {
    var uri = run + "/" + relative;
    return uri.startsWith("file:") ? uri.replaceFirst("^file:/*", "/") : uri;
  }
}
