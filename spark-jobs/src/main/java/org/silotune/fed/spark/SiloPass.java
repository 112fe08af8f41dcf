package org.silotune.fed.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.silotune.fed.aggregate.SiloSum;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.round.RecoveryConfig;
import org.silotune.fed.round.RoundListener;
import org.silotune.fed.spark.SiloJob.Ending;

/**
 * A pass over silos: one Spark job, repeated until each silo has a part. Sums are exact, so what a
 * repeated job brings home is added to what is there:
 *
 * <ul>
 *   <li>silos whose task ran on a host that may not open their data are asked again. A repetition
 *       that places one of them has helped, and the rest may hope: there may be more silos than
 *       cores on a host. So many that place none are borne, then the rest stays misplaced;
 *   <li>a silo whose task stands still is recorded as lost, and the job repeated without it;
 *   <li>when executors die under a job until Spark gives it up, the silos that were on them are run
 *       one by one: who dies again is recorded as lost.
 * </ul>
 */
final class SiloPass<S extends SiloSum<S>> {

  private final SiloStage<S> stage;
  private final SiloJob<S> job;
  private final RoundListener listener;
  private final List<SiloDescriptor> pending;
  private S sum;
  private int placementAttempts;

  /** Whether all pending silos have been misplaced before. */
  private boolean askedAgain;

  private SiloPass(
      SiloStage<S> stage,
      SiloJob<S> job,
      int placementAttempts,
      RoundListener listener,
      List<SiloDescriptor> silos) {
    this.stage = stage;
    this.job = job;
    this.placementAttempts = placementAttempts;
    this.listener = listener;
    this.pending = new ArrayList<>(silos);
    this.sum = stage.empty();
  }

  /** Returns the parts of all silos. */
  static <S extends SiloSum<S>> S over(
      List<SiloDescriptor> silos,
      SiloStage<S> stage,
      JavaSparkContext spark,
      ExecutorSettings settings,
      RecoveryConfig recovery,
      RoundListener listener) {
    SiloJob<S> job = new SiloJob<>(spark, stage, settings, recovery.stallAfter(), listener);
    return new SiloPass<>(stage, job, recovery.placementAttempts(), listener, silos).run();
  }

  private S run() {
    while (!pending.isEmpty()) {
      Ending<S> ending = job.run(List.copyOf(pending));
      if (ending instanceof Ending.Done<S> done) {
        add(done.sum());
      } else if (ending instanceof Ending.Stalled<S> stalled) {
        lose(stalled.silo(), stalled.reason(), stalled.host());
        listener.repeated(stage.label(), "without stalled " + stalled.silo());
      } else if (ending instanceof Ending.Crashed<S> crashed) {
        isolate(crashed);
      }
    }
    return sum;
  }

  /**
   * Adds what a job brought home; the silos that it misplaced stay pending while there are attempts
   * left.
   */
  private void add(S part) {
    Set<String> misplaced = part.misplaced();
    if (askedAgain && misplaced.size() == pending.size()) {
      placementAttempts--;
    }
    if (placementAttempts <= 0 || misplaced.isEmpty()) {
      sum = sum.plus(part);
      pending.clear();
      return;
    }
    sum = sum.plus(part.minus(misplaced));
    pending.removeIf(silo -> !misplaced.contains(silo.name()));
    listener.repeated(stage.label(), "for misplaced " + SiloNames.shortened(pending));
    askedAgain = true;
  }

  /** Runs suspects each in a job of its own; a single suspect has proved itself already. */
  private void isolate(Ending.Crashed<S> crash) {
    List<SiloDescriptor> suspects =
        pending.stream().filter(silo -> crash.losses().containsKey(silo.name())).toList();
    listener.repeated(stage.label(), "after executors died under " + SiloNames.shortened(suspects));
    if (suspects.size() == 1) {
      loseCrashed(suspects.get(0), crash);
      return;
    }
    for (SiloDescriptor suspect : suspects) {
      Ending<S> ending = job.run(List.of(suspect));
      if (ending instanceof Ending.Done<S> done) {
        addIsolated(suspect, done.sum());
      } else if (ending instanceof Ending.Stalled<S> stalled) {
        lose(stalled.silo(), stalled.reason(), stalled.host());
      } else if (ending instanceof Ending.Crashed<S> crashed) {
        loseCrashed(suspect, crashed);
      }
    }
  }

  /** The only executor of its hosts may be the one that died: it is asked again with the others. */
  private void addIsolated(SiloDescriptor suspect, S part) {
    if (!part.misplaced().isEmpty() && placementAttempts-- > 0) {
      return;
    }
    sum = sum.plus(part);
    pending.remove(suspect);
  }

  private void loseCrashed(SiloDescriptor silo, Ending.Crashed<S> crash) {
    lose(
        silo.name(),
        "Executor died %d times under its task: out of memory or a native crash; see the executors' logs"
            .formatted(crash.losses().get(silo.name())),
        "");
  }

  private void lose(String silo, String reason, String host) {
    sum = sum.plus(stage.work().lost(silo, reason, host));
    pending.removeIf(candidate -> candidate.name().equals(silo));
  }
}
