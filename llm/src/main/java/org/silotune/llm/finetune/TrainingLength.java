package org.silotune.llm.finetune;

import java.io.Serializable;
import org.silotune.llm.LlmException;

/** How long a fine-tune goes. */
public sealed interface TrainingLength extends Serializable {

  /** Returns the number of optimizer steps over {@code stepsPerEpoch} a pass. */
  long steps(long stepsPerEpoch);

  /** A number of optimizer steps, over as many passes as that takes. */
  record Steps(long count) implements TrainingLength {

    public Steps {
      if (count < 1) {
        throw new LlmException("Invalid step count %d: must be >= 1".formatted(count));
      }
    }

    @Override
    public long steps(long stepsPerEpoch) {
      return count;
    }
  }

  /** A number of passes over the examples. */
  record Epochs(int count) implements TrainingLength {

    public Epochs {
      if (count < 1) {
        throw new LlmException("Invalid epoch count %d: must be >= 1".formatted(count));
      }
    }

    @Override
    public long steps(long stepsPerEpoch) {
      return count * stepsPerEpoch;
    }
  }
}
