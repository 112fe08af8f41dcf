package org.silotune.llm.finetune;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silotune.llm.tensor.NamedTensors;

/**
 * What an optimizer remembers from step to step, on the heap: with it a training goes on as if it
 * had not stopped.
 *
 * @param step how many steps were made
 * @param moments tensors of the parameters' names and shapes, by PyTorch's names for them: {@code
 *     exp_avg} and {@code exp_avg_sq}, or {@code momentum_buffer}
 */
public record OptimizerState(long step, SortedMap<String, NamedTensors> moments) {

  public OptimizerState {
    if (step < 0) {
      throw new IllegalArgumentException("Invalid step %d: must be >= 0".formatted(step));
    }
    moments = Collections.unmodifiableSortedMap(new TreeMap<>(moments));
  }
}
