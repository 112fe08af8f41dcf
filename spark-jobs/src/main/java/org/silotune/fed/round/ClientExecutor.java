package org.silotune.fed.round;

import java.util.List;
import org.silotune.fed.aggregate.CohortSum;
import org.silotune.fed.client.SiloDescriptor;

/**
 * Runs a round's silos, wherever they are, and brings home one sum: the seam between the federated
 * algorithm and what it runs on.
 */
public interface ClientExecutor {

  /**
   * Runs {@link SiloRound} for every silo of the cohort. The sum holds exactly one outcome for each
   * of them: a silo whose machine failed for good is in it with weight 0 and its reason.
   *
   * @param cohort in name order
   */
  CohortSum run(RoundPlan plan, List<SiloDescriptor> cohort, RoundListener listener);
}
