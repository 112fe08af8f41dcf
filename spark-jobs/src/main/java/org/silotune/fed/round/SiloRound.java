package org.silotune.fed.round;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.silotune.fed.aggregate.CohortSum;
import org.silotune.fed.aggregate.FixedPointSum;
import org.silotune.fed.client.DeltaClip;
import org.silotune.fed.client.LocalUpdate;
import org.silotune.fed.client.LocalUpdateRunner;
import org.silotune.fed.client.LocalUpdateTask;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.client.SiloOutcome;
import org.silotune.fed.client.SiloOutcome.CarriedState;
import org.silotune.fed.client.SiloOutcome.Status;
import org.silotune.fed.client.StepListener;
import org.silotune.fed.client.UnusableUpdateException;
import org.silotune.fed.run.CarriedStates;
import org.silotune.llm.tensor.NamedTensors;

/**
 * One silo's part of a round, where the silo's data is: local update, clip, encode. What depends on
 * the silo's data comes back as an outcome; what depends on the machine is thrown.
 */
public final class SiloRound {

  private final RoundPlan plan;
  private final LocalUpdateRunner runner;
  private final TaskSite site;

  public SiloRound(RoundPlan plan, LocalUpdateRunner runner, TaskSite site) {
    this.plan = plan;
    this.runner = runner;
    this.site = site;
  }

  /**
   * Runs the silo's part.
   *
   * @throws IOException if data, model or state cannot be read or written; worth another try
   */
  public CohortSum run(SiloDescriptor silo, StepListener listener) throws IOException {
    if (!silo.admits(site.host())) {
      return without(silo, Status.MISPLACED, silo.refusal(site.host()));
    }
    if (silo.trainExamples() == 0) {
      return without(silo, Status.FAILED, "Empty silo: no training rows");
    }
    try {
      return trained(silo, runner.run(task(silo), listener));
    } catch (UnusableUpdateException e) {
      return without(silo, Status.FAILED, e.getMessage());
    }
  }

  private CohortSum trained(SiloDescriptor silo, LocalUpdate update) {
    if (update.stoppedEarly() && update.metrics().steps() == 0) {
      return without(silo, Status.LOST, "Deadline fired before the first step");
    }
    DeltaClip.Clipped clipped = DeltaClip.clip(update.delta(), plan.clipNorm());
    long weight = plan.weighting().weight(update.metrics());
    long announced = plan.weighting().maximum(runner.bound(silo));
    FixedPointSum encoded = plan.scheme().encode(clipped.delta(), weight, announced);
    SiloOutcome outcome =
        new SiloOutcome(
            silo.name(),
            update.stoppedEarly() ? Status.PARTIAL : Status.TRAINED,
            update.stoppedEarly()
                ? "Deadline fired after %d steps".formatted(update.metrics().steps())
                : "",
            weight,
            update.metrics(),
            clipped.norm(),
            clipped.clipped(),
            site.host(),
            site.canary().get(),
            carried(silo, update));
    return CohortSum.of(encoded, outcome);
  }

  private LocalUpdateTask task(SiloDescriptor silo) {
    Optional<NamedTensors> carried = plan.carriedBy(silo.name()).map(states()::read);
    return new LocalUpdateTask(
        plan.round(),
        silo,
        plan.seeds().localUpdate(plan.round(), silo.name()),
        plan.adapter().tensors(),
        carried,
        plan.carries(),
        plan.algorithm(),
        plan.scheduledRounds(),
        site.device(),
        site.memory(),
        plan.deadline());
  }

  private @Nullable CarriedState carried(SiloDescriptor silo, LocalUpdate update) {
    return update
        .carried()
        .filter(state -> plan.carries())
        .map(state -> states().write(silo.name(), plan.round(), state))
        .orElse(null);
  }

  private CarriedStates states() {
    return CarriedStates.of(plan.run(), site.hadoop());
  }

  private CohortSum without(SiloDescriptor silo, Status status, String reason) {
    return CohortSum.without(SiloOutcome.without(silo.name(), status, reason, site.host()));
  }
}
