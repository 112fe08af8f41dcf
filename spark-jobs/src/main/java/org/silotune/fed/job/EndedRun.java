package org.silotune.fed.job;

import java.util.Optional;
import org.silotune.fed.run.RecordedRun;

/** Says again what a run that has ended achieved: without its model, without Spark, by reading. */
final class EndedRun {

  /** The {@link RunSummary}: written last, so that a run with it is whole. */
  static final String SUMMARY = "summary.json";

  private EndedRun() {}

  /**
   * Returns the summary, if the run that is asked for has ended.
   *
   * @throws org.silotune.fed.run.RunMismatchException if the run was made from something else
   */
  static Optional<RunSummary> find(TrainRequest request) {
    var storage = JobSession.storage(request.config().spark());
    return RecordedRun.find(request.output(), request.runId(), storage)
        .flatMap(run -> summary(run, request));
  }

  private static Optional<RunSummary> summary(RecordedRun run, TrainRequest request) {
    var recorded = run.config();
    if (recorded.isEmpty()) {
      return Optional.empty();
    }
    run.requireSame(recorded.get(), request.recorded(), request::mayChange);
    if (!request.isFromPlaceOf(recorded.get())) {
      return Optional.empty(); // whether it is the same data takes Spark to say
    }
    var result =
        run.result()
            .filter(ended -> ended.requestedRounds() == request.config().federated().rounds());
    return run.read(SUMMARY, RunSummary.class)
        .filter(summary -> Optional.of(summary.result()).equals(result))
        .map(summary -> summary.at(run.uri()));
  }
}
