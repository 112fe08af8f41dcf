package org.silotune.fed.client;

import java.io.IOException;
import java.io.Serializable;
import org.silotune.fed.metrics.HeldOutSplit;
import org.silotune.fed.metrics.SplitLoss;
import org.silotune.llm.tensor.NamedTensors;

/**
 * Scores an adapter on one silo's held-out rows where the rows are; settings only, like {@link
 * LocalUpdateRunner}.
 */
public interface HeldOutScorer extends Serializable {

  /**
   * Returns the loss of {@code adapter} over the silo's rows of {@code split}.
   *
   * @param advanced is run whenever some rows are scored
   */
  SplitLoss score(
      SiloDescriptor silo,
      HeldOutSplit split,
      NamedTensors adapter,
      ComputeDevice device,
      Runnable advanced)
      throws IOException;
}
