package org.silotune.bench;

import java.util.Optional;
import org.silotune.fed.client.LocalUpdate;
import org.silotune.fed.client.LocalUpdateRunner;
import org.silotune.fed.client.LocalUpdateTask;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.client.StepListener;
import org.silotune.fed.client.WorkBound;
import org.silotune.fed.metrics.SiloMetrics;
import org.silotune.llm.tensor.CounterRandom;
import org.silotune.llm.tensor.NamedTensors;

/**
 * Local updates that train nothing: the delta is drawn, uniform between -0.005 and 0.005, as a
 * function of the task's seed alone. What remains of a round is what federating costs.
 */
final class DrawnUpdates implements LocalUpdateRunner {

  private static final long serialVersionUID = 1L;
  private static final float UNIT = 0x1p-24f * 0.01f;
  private static final int HALF = 1 << 23;

  @Override
  public WorkBound bound(SiloDescriptor silo) {
    return new WorkBound(silo.trainExamples(), silo.trainedTokens());
  }

  @Override
  public LocalUpdate run(LocalUpdateTask task, StepListener listener) {
    long began = System.nanoTime();
    NamedTensors delta = delta(task.seed(), task.initial());
    SiloMetrics metrics =
        new SiloMetrics(
            1,
            task.silo().trainExamples(),
            task.silo().trainedTokens(),
            task.silo().trainedTokens(),
            0,
            0,
            1,
            "",
            false,
            (System.nanoTime() - began) * 1e-9);
    return new LocalUpdate(delta, metrics, Optional.empty(), false);
  }

  /** Returns the delta of a seed, laid out as {@code layout}. */
  static NamedTensors delta(long seed, NamedTensors layout) {
    CounterRandom random = CounterRandom.ofSeed(seed);
    NamedTensors.Builder delta = NamedTensors.builder();
    long counter = 0;
    for (String name : layout.names()) {
      float[] values = new float[layout.values(name).length];
      for (int i = 0; i < values.length; i++) {
        values[i] = ((int) (random.bits(counter + i) >>> 40) - HALF) * UNIT;
      }
      counter += values.length;
      delta.put(name, layout.shape(name), values);
    }
    return delta.build();
  }
}
