package org.silotune.fed.round;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.silotune.fed.aggregate.SiloReplies;
import org.silotune.fed.client.ComputeDevice;
import org.silotune.fed.client.HeldOutScorer;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.client.SiloReply;
import org.silotune.fed.client.SiloReply.Status;
import org.silotune.fed.metrics.HeldOutSplit;
import org.silotune.fed.metrics.SplitLoss;
import org.silotune.llm.tensor.NamedTensors;

/**
 * Scores silos one after the other in this process.
 *
 * @param canaries by silo; none for the others
 * @param missing by round, a silo that cannot be scored
 */
public record SequentialEvaluation(
    HeldOutScorer scorer, Map<String, String> canaries, Map<Integer, String> missing)
    implements HeldOutEvaluation {

  /** An evaluation where nothing goes wrong. */
  public SequentialEvaluation(HeldOutScorer scorer) {
    this(scorer, Map.of(), Map.of());
  }

  @Override
  public SiloReplies<SplitLoss> score(
      int round, HeldOutSplit split, NamedTensors adapter, List<SiloDescriptor> silos) {
    List<SiloReply<SplitLoss>> replies = new ArrayList<>();
    for (SiloDescriptor silo : silos) {
      replies.add(
          silo.name().equals(missing.get(round))
              ? SiloReply.without(silo.name(), Status.LOST, "disk gone", "here")
              : score(silo, split, adapter));
    }
    return SiloReplies.of(replies);
  }

  private SiloReply<SplitLoss> score(
      SiloDescriptor silo, HeldOutSplit split, NamedTensors adapter) {
    try {
      SplitLoss loss = scorer.score(silo, split, adapter, new ComputeDevice.Cpu(), () -> {});
      String canary = canaries.getOrDefault(silo.name(), "");
      return SiloReply.of(silo.name(), loss, "host-of-" + silo.name(), canary);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
