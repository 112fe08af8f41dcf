package org.silotune.fed.round;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.silotune.fed.InvalidExperimentException;
import org.silotune.fed.client.LocalUpdateRunner;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.metrics.HeldOutSplit;
import org.silotune.fed.metrics.RoundRow;
import org.silotune.fed.metrics.SiloRoundRow;
import org.silotune.fed.metrics.SplitLoss;
import org.silotune.fed.metrics.SplitScores;
import org.silotune.fed.run.AdapterFormat;
import org.silotune.fed.run.RoundCheckpoint;
import org.silotune.fed.run.RoundRecord;
import org.silotune.fed.run.RunCheckpoints;
import org.silotune.fed.run.RunDirectory;
import org.silotune.fed.run.RunMismatchException;
import org.silotune.fed.run.RunResult;
import org.silotune.fed.run.RunTables;
import org.silotune.fed.run.RunTables.Table;
import org.silotune.fed.run.Sha256;
import org.silotune.llm.tensor.NamedTensors;

/**
 * The loop over rounds: run, checkpoint, evaluate, until the last round or until validation stops
 * improving. It holds no state but the last committed round: killed at any moment and started
 * again, it ends with the same bits.
 */
public final class FederatedTraining {

  private final FederatedConfig config;
  private final List<SiloDescriptor> silos;
  private final RunDirectory run;
  private final RunCheckpoints checkpoints;
  private final RunTables tables;
  private final RunScores scores;
  private final FederatedRound round;
  private final RoundListener listener;

  /**
   * Composes a run.
   *
   * @param silos all silos of the run, in any order
   * @param runner what trains a silo; the executor has the same
   */
  public FederatedTraining(
      FederatedConfig config,
      List<SiloDescriptor> silos,
      LocalUpdateRunner runner,
      ClientExecutor executor,
      HeldOutEvaluation evaluation,
      RunDirectory run,
      AdapterFormat format,
      RunTables tables,
      RoundListener listener) {
    this.config = config;
    this.silos = silos.stream().sorted().toList();
    this.run = run;
    this.checkpoints = run.checkpoints(format);
    this.tables = tables;
    CanaryCheck canaries = new CanaryCheck(run, config.exact(), listener);
    this.scores = new RunScores(run, tables, evaluation, this.silos, canaries, listener);
    this.round = new FederatedRound(config, this.silos, runner, executor, listener, run, canaries);
    this.listener = listener;
  }

  /**
   * Runs what is left of the run and returns its result; a finished run returns its result at once.
   *
   * @param initial the adapter before the first round, asked for in a new run only
   * @throws InvalidExperimentException if the silos are not usable
   * @throws RunMismatchException if the run cannot be shortened
   * @throws org.silotune.fed.FederationException if a round has no quorum
   */
  public RunResult run(Supplier<NamedTensors> initial) {
    requireUsable(config, silos);
    Optional<RunResult> result = run.result().filter(this::isAnswer);
    if (result.isPresent()) {
      return result.get();
    }
    run.reopen();
    Optional<RoundCheckpoint> latest = checkpoints.latest();
    RoundCheckpoint current = latest.orElseGet(() -> commitInitial(initial.get()));
    requireNotShortened(current.round());
    if (latest.isPresent()) {
      listener.resumed(current.round(), config.rounds());
    }
    republish();
    ValidationHistory history = history(current);
    retain(current, history);
    while (current.round() < config.rounds() && !history.isExhausted()) {
      current = round.run(current);
      commit(current);
      addScores(history, current);
      retain(current, history);
    }
    return finish(current, history);
  }

  private RoundCheckpoint commitInitial(NamedTensors adapter) {
    RoundCheckpoint first =
        new RoundCheckpoint(0, config.server().initialize(adapter), Optional.empty());
    run.commit(checkpoints, first);
    return first;
  }

  private void commit(RoundCheckpoint checkpoint) {
    run.commit(checkpoints, checkpoint);
    RoundRecord record = checkpoint.record().orElseThrow();
    publish(record);
    listener.committed(record);
  }

  /** Scores round 0, and what a kill left unscored, and reads the rest. */
  private ValidationHistory history(RoundCheckpoint current) {
    NamedTensors initial = checkpoints.adapter(0);
    scores.of(0, HeldOutSplit.VALIDATION, () -> initial);
    scores.of(0, HeldOutSplit.TEST, () -> initial);
    ValidationHistory history = new ValidationHistory(config.evaluation());
    for (int past = 1; past < current.round(); past++) {
      int round = past;
      if (isDue(round)) {
        history.add(
            round, scores.of(round, HeldOutSplit.VALIDATION, () -> checkpoints.adapter(round)));
      }
    }
    if (current.round() > 0) {
      addScores(history, current);
    }
    return history;
  }

  /**
   * Gives up the tensors that neither going on nor the best adapter needs. Not where a score was
   * taken only because the round is the last: a run that goes on does without that score.
   */
  private void retain(RoundCheckpoint current, ValidationHistory history) {
    Optional<Integer> keep = config.recovery().keepRounds();
    if (keep.isEmpty() || (!isDue(current.round()) && current.round() >= config.rounds())) {
      return;
    }
    Set<Integer> kept = new TreeSet<>();
    history.best().ifPresent(kept::add);
    for (int back = 0; back < keep.get(); back++) {
      kept.add(current.round() - back);
    }
    run.retain(checkpoints, kept);
  }

  private boolean isDue(int round) {
    return round % config.evaluation().everyRounds() == 0;
  }

  /** Scores the round on validation rows, if that is due. */
  private void addScores(ValidationHistory history, RoundCheckpoint current) {
    if (isDue(current.round()) || current.round() >= config.rounds()) {
      history.add(
          current.round(),
          scores.of(current.round(), HeldOutSplit.VALIDATION, current.state()::adapter));
    }
  }

  private RunResult finish(RoundCheckpoint last, ValidationHistory history) {
    int best = history.best().orElse(last.round());
    NamedTensors bestAdapter =
        best == last.round() ? last.state().adapter() : checkpoints.adapter(best);
    TreeMap<String, Double> losses = new TreeMap<>();
    for (HeldOutSplit split : HeldOutSplit.values()) {
      SplitScores atStart = scores.of(0, split, () -> checkpoints.adapter(0));
      SplitScores atBest = scores.of(best, split, () -> bestAdapter);
      SplitScores atEnd = scores.of(last.round(), split, last.state()::adapter);
      Set<String> common = SplitScores.common(List.of(atStart, atBest, atEnd));
      put(losses, split.label() + "-before", atStart.over(common));
      put(losses, split.label() + "-best", atBest.over(common));
      put(losses, split.label() + "-final", atEnd.over(common));
    }
    boolean rounds = records().stream().allMatch(record -> record.round().reproducible());
    RunResult result =
        new RunResult(
            last.round(),
            config.rounds(),
            best,
            last.round() < config.rounds(),
            rounds && scores.areReproducible(),
            Sha256.of(last.state().adapter()),
            losses);
    run.finish(checkpoints, result);
    return result;
  }

  private static void put(Map<String, Double> losses, String when, SplitLoss loss) {
    loss.meanLoss().ifPresent(mean -> losses.put(when, mean));
  }

  private boolean isAnswer(RunResult result) {
    requireNotShortened(result.rounds());
    return result.requestedRounds() == config.rounds();
  }

  private void republish() {
    records().forEach(this::publish);
  }

  private List<RoundRecord> records() {
    return checkpoints.rounds().stream()
        .flatMap(round -> checkpoints.record(round).stream())
        .toList();
  }

  private void publish(RoundRecord record) {
    String part = "round-%05d".formatted(record.round().round());
    tables.publish(Table.ROUNDS, part, RoundRow.class, List.of(record.round()));
    tables.publish(Table.SILO_ROUNDS, part, SiloRoundRow.class, record.silos());
  }

  private void requireNotShortened(int committed) {
    if (committed > config.rounds()) {
      throw new RunMismatchException(
          "Cannot shorten run %s to %d rounds: %d are committed; use another run id"
              .formatted(run.runId(), config.rounds(), committed));
    }
  }

  /**
   * Checks that the silos of a run can be trained on, and stopped early by where that is asked for.
   *
   * @throws InvalidExperimentException if a silo is empty or there twice, or none has validation
   *     rows to stop early by
   */
  public static void requireUsable(FederatedConfig config, List<SiloDescriptor> silos) {
    String twice =
        silos.stream()
            .map(SiloDescriptor::name)
            .collect(Collectors.groupingBy(name -> name, TreeMap::new, Collectors.counting()))
            .entrySet()
            .stream()
            .filter(entry -> entry.getValue() > 1)
            .map(entry -> entry.getKey())
            .collect(Collectors.joining(", "));
    if (!twice.isEmpty()) {
      throw new InvalidExperimentException(
          "Invalid silos: given more than once: %s".formatted(twice));
    }
    List<String> empty =
        silos.stream().filter(s -> s.trainExamples() == 0).map(SiloDescriptor::name).toList();
    if (empty.size() == silos.size()) {
      throw new InvalidExperimentException(
          "Cannot train: none of the %d silos has training rows".formatted(silos.size()));
    }
    if (!empty.isEmpty() && !config.allowEmptySilos()) {
      throw new InvalidExperimentException(
          "Empty silos: %s: no training rows; leave them out, or set federated.allow-empty-silos to true"
              .formatted(String.join(", ", empty)));
    }
    config.evaluation().patience().ifPresent(patience -> requireValidation(patience, silos));
  }

  private static void requireValidation(int patience, List<SiloDescriptor> silos) {
    if (silos.stream().allMatch(silo -> silo.counts().validation().trainedTokenCount() == 0)) {
      throw new InvalidExperimentException(
          "Invalid patience %d: no silo has validation rows to stop early by; raise data.holdout.validation, or set federated.evaluation.patience to none"
              .formatted(patience));
    }
  }
}
