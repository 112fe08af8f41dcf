package org.silotune.fed.round;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silotune.fed.client.ComputeDevice;
import org.silotune.fed.client.HeldOutScorer;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.metrics.HeldOutSplit;
import org.silotune.fed.metrics.SplitLoss;
import org.silotune.llm.tensor.NamedTensors;

/** Scores silos one after the other in this process. */
public record SequentialEvaluation(HeldOutScorer scorer) implements HeldOutEvaluation {

  @Override
  public SortedMap<String, SplitLoss> score(
      int round, HeldOutSplit split, NamedTensors adapter, List<SiloDescriptor> silos) {
    SortedMap<String, SplitLoss> bySilo = new TreeMap<>();
    for (SiloDescriptor silo : silos) {
      try {
        bySilo.put(silo.name(), scorer.score(silo, split, adapter, new ComputeDevice.Cpu()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return bySilo;
  }
}
