package org.silotune.fed.job;

import java.util.List;
import java.util.PriorityQueue;
import java.util.function.ToDoubleFunction;
import org.silotune.llm.plan.ModelWork;

/**
 * How long a round takes: the products of the rule of 4N at the speed that they were measured at,
 * and for all else a time for every value that a layer keeps for its backward pass.
 *
 * @param productFlops measured operations a second of one computing thread, or one of those that
 *     share the cores
 * @param slots silos that train at once
 * @param trainSeconds of the local updates of a round
 * @param validationSeconds of the loss of the validation splits
 */
public record RoundTime(
    double productFlops, int slots, double trainSeconds, double validationSeconds) {

  /**
   * What attention, norms, activations and new memory take of a thread for a value that is kept,
   * forward and backward: within 15 % of what was measured of two processors and two types, {@code
   * docs/benchmarks.md}.
   */
  static final double VALUE_SECONDS = 11e-9;

  /** Forward alone. */
  private static final double FORWARD = 1.0 / 3;

  /**
   * A model and how its tasks compute.
   *
   * @param work of its products
   * @param keptValues of all layers, a token
   * @param recompute whether layers are recomputed
   * @param workers of a task
   * @param threads of an operator
   */
  record Model(ModelWork work, double keptValues, boolean recompute, int workers, int threads) {

    private double training(SiloLoad silo, Speed speed) {
      double flops = work.training((double) silo.tokens(), (double) silo.trainedTokens());
      double values = keptValues * silo.tokens();
      if (recompute) {
        flops += work.recomputing((double) silo.tokens());
        values *= 1 + FORWARD;
      }
      return seconds(flops, values, speed) / silo.workersUsed(workers);
    }

    /** A silo is scored by one worker, however many its task has. */
    private double scoring(SiloLoad silo, Speed speed) {
      double flops =
          work.forward((double) silo.validationTokens(), (double) silo.validationTrainedTokens());
      return seconds(flops, FORWARD * keptValues * silo.validationTokens(), speed);
    }

    private double seconds(double flops, double values, Speed speed) {
      return speed.sharing() * (flops / speed.flops() + VALUE_SECONDS * values / threads);
    }
  }

  /**
   * How fast calls are that compute at once.
   *
   * @param flops of products a second of one call that has its cores for itself
   * @param sharing how many calls there are for the cores of one
   */
  record Speed(double flops, double sharing) {}

  /**
   * Returns the time.
   *
   * @param cohort silos that train, in the order given
   * @param trainingSlots how many of them at once
   * @param silos that are scored, in the order given
   * @param scoringSlots how many of them at once
   */
  static RoundTime of(
      Model model,
      List<SiloLoad> cohort,
      int trainingSlots,
      Speed training,
      List<SiloLoad> silos,
      int scoringSlots,
      Speed scoring) {
    return new RoundTime(
        training.flops() / training.sharing(),
        trainingSlots,
        span(cohort, trainingSlots, silo -> model.training(silo, training)),
        span(silos, scoringSlots, silo -> model.scoring(silo, scoring)));
  }

  /** Returns the seconds of a round that scores validation. */
  public double seconds() {
    return trainSeconds + validationSeconds;
  }

  /** The end of the last silo, where each begins as a slot is free. */
  private static double span(List<SiloLoad> silos, int slots, ToDoubleFunction<SiloLoad> cost) {
    PriorityQueue<Double> free = new PriorityQueue<>();
    for (int slot = 0; slot < slots; slot++) {
      free.add(0.0);
    }
    double end = 0;
    for (SiloLoad silo : silos) {
      double done = free.remove() + cost.applyAsDouble(silo);
      end = Math.max(end, done);
      free.add(done);
    }
    return end;
  }
}
