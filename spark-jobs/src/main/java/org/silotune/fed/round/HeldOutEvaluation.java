package org.silotune.fed.round;

import java.util.List;
import org.silotune.fed.aggregate.SiloReplies;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.metrics.HeldOutSplit;
import org.silotune.fed.metrics.SplitLoss;
import org.silotune.llm.tensor.NamedTensors;

/** Scores an adapter on every silo's held-out rows, wherever they are: only sums come back. */
public interface HeldOutEvaluation {

  /**
   * Returns each silo's loss over its rows of {@code split}, or why there is none.
   *
   * @throws org.silotune.fed.FederationException if no silo could be scored
   */
  SiloReplies<SplitLoss> score(
      int round, HeldOutSplit split, NamedTensors adapter, List<SiloDescriptor> silos);
}
