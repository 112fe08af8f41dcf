package org.silotune.fed.round;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.silotune.fed.aggregate.CohortSum;
import org.silotune.fed.aggregate.FixedPointScheme;
import org.silotune.fed.client.LocalUpdateRunner;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.client.SiloOutcome;
import org.silotune.fed.client.SiloOutcome.Status;
import org.silotune.fed.metrics.SiloMetrics;
import org.silotune.fed.run.RoundCheckpoint;
import org.silotune.fed.server.ServerState;
import org.silotune.llm.tensor.NamedTensors;

/**
 * The messages of a round between processes, as they are serialised; Spark may compress them, which
 * floats hardly yield to.
 *
 * @param downBytes what is broadcast to every executor
 * @param upBytes what one silo sends
 */
public record RoundTraffic(long downBytes, long upBytes) {

  private static final String RUN = "runs/0000-00-00-000000";
  private static final String HOST = "host.example.org";
  private static final int HASH_DIGITS = 64;

  /** Writes the messages of a round over {@code cohort}, and counts their bytes. */
  public static RoundTraffic of(
      FederatedConfig config,
      NamedTensors adapter,
      List<SiloDescriptor> cohort,
      LocalUpdateRunner runner) {
    long announced =
        cohort.stream()
            .mapToLong(silo -> config.weighting().maximum(runner.bound(silo)))
            .reduce(0, Math::addExact);
    FixedPointScheme scheme = FixedPointScheme.of(config.clip(), Math.max(1, announced));
    RoundCheckpoint before =
        new RoundCheckpoint(0, new ServerState(adapter, new TreeMap<>()), Optional.empty());
    RoundPlan plan = new RoundPlan(1, config, before, scheme, RUN);
    return new RoundTraffic(size(plan), size(part(scheme, adapter)));
  }

  private static CohortSum part(FixedPointScheme scheme, NamedTensors adapter) {
    SiloOutcome outcome =
        new SiloOutcome(
            "silo",
            Status.TRAINED,
            "",
            1,
            SiloMetrics.NONE,
            0,
            false,
            HOST,
            "0".repeat(HASH_DIGITS),
            null);
    return CohortSum.of(scheme.encode(adapter.zerosLike(), 1, 1), outcome);
  }

  private static long size(Serializable message) {
    CountedStream counted = new CountedStream();
    try (ObjectOutputStream out = new ObjectOutputStream(counted)) {
      out.writeObject(message);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to nowhere", e);
    }
    return counted.count;
  }

  /** Counts and forgets. */
  private static final class CountedStream extends OutputStream {
    private long count;

    @Override
    public void write(int b) {
      count++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      count += length;
    }
  }
}
