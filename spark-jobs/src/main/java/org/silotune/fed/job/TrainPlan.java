package org.silotune.fed.job;

import java.util.List;
import java.util.Optional;
import org.silotune.fed.round.RoundTraffic;
import org.silotune.fed.spark.ExecutorSize;
import org.silotune.llm.plan.MemoryPlan;
import org.silotune.llm.plan.TrainingShape;

/**
 * What a run will take, before it begins.
 *
 * @param model what the base is called
 * @param parameters trained values
 * @param rounds of the run
 * @param evaluatedRounds rounds after which validation is scored
 * @param dataNote where the counts of tokens come from
 * @param cohort what each silo of the first round computes, in name order
 * @param siloCount silos of the data
 * @param traffic the messages of a round
 * @param executor what an executor has
 * @param shape how a task computes
 * @param memory where an executor's memory goes
 * @param gpu where a GPU's memory goes; empty where tasks compute on the processor
 * @param fits whether the memory is there
 * @param time of a round
 */
public record TrainPlan(
    String model,
    long parameters,
    int rounds,
    int evaluatedRounds,
    String dataNote,
    List<SiloLoad> cohort,
    int siloCount,
    RoundTraffic traffic,
    ExecutorSize executor,
    TrainingShape shape,
    MemoryPlan memory,
    Optional<MemoryPlan> gpu,
    Fit fits,
    RoundTime time) {

  /** Whether the memory is there that is planned. */
  public enum Fit {
    FITS,
    DOES_NOT_FIT,
    /** The executor has its own, and nothing tells what a GPU has. */
    NOT_KNOWN;

    static Fit of(boolean executorHasIt, boolean onGpu) {
      if (!executorHasIt) {
        return DOES_NOT_FIT;
      }
      return onGpu ? NOT_KNOWN : FITS;
    }
  }

  public TrainPlan {
    cohort = List.copyOf(cohort);
  }

  /** Returns the steps of all silos of a round. */
  public long stepsPerRound() {
    return cohort.stream().mapToLong(SiloLoad::steps).sum();
  }

  /** Returns the tokens of all silos of a round. */
  public long tokensPerRound() {
    return cohort.stream().mapToLong(SiloLoad::tokens).sum();
  }

  /** Returns what all rounds take, without start, test scores and answers. */
  public double runSeconds() {
    return rounds * time.trainSeconds() + (evaluatedRounds + 1) * time.validationSeconds();
  }
}
