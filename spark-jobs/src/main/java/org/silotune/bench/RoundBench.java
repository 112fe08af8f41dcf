package org.silotune.bench;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.silotune.fed.client.Placement;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.client.Weighting;
import org.silotune.fed.job.RoundsJob;
import org.silotune.fed.job.SparkConfig;
import org.silotune.fed.round.EvaluationConfig;
import org.silotune.fed.round.FederatedConfig;
import org.silotune.fed.run.RunResult;
import org.silotune.llm.tensor.NamedTensors;
import org.silotune.prep.shard.ShardCounts;
import org.silotune.prep.shard.SiloCounts;

/**
 * Measures rounds as runs have them, on Spark in this process, of silos that train nothing:
 * broadcast of the adapter, a task a silo, clip, encoding with its checks, exact sum, FedAvg, hash,
 * checkpoint.
 */
public final class RoundBench {

  /** Coordinates of a tensor; the last one holds the rest. */
  private static final int TENSOR = 65_536;

  private static final int FIRST_WEIGHT = 100;

  private final SparkConfig spark;
  private final RoundBenchConfig config;

  /** A measurement on the Spark that {@code spark} describes. */
  public RoundBench(SparkConfig spark, RoundBenchConfig config) {
    this.spark = spark;
    this.config = config;
  }

  /** Runs the rounds in a folder of this machine that is gone afterwards. */
  public RoundBenchResult measure() {
    RoundTimes times = new RoundTimes(new TensorsFormat(), config.warmUp());
    RunResult result =
        new RoundsJob(spark, federated(config.warmUp() + config.rounds()), new DrawnUpdates())
            .run(silos(config.silos()), adapter(config.parameters()), times, times);
    return new RoundBenchResult(
        times.secondsMedian(),
        times.checkpointSecondsMedian(),
        (long) Float.BYTES * config.parameters(),
        (long) Float.BYTES * config.parameters() + Long.BYTES,
        ProcessMemory.peakResidentBytes(),
        result.adapterSha256());
  }

  /** Returns federated averaging of all silos by examples, without scores between the rounds. */
  static FederatedConfig federated(int rounds) {
    FederatedConfig d = FederatedConfig.defaults();
    return new FederatedConfig(
        rounds,
        d.seed(),
        d.client(),
        d.server(),
        Weighting.EXAMPLES,
        d.sampling(),
        d.quorum(),
        d.clipNorm(),
        d.deadline(),
        d.allowEmptySilos(),
        d.carryOptimizer(),
        d.scheduleSpan(),
        d.exact(),
        new EvaluationConfig(rounds, Optional.empty(), 0),
        d.recovery());
  }

  /** Returns silos of 100, 101, 102, ... examples. */
  static List<SiloDescriptor> silos(int count) {
    return IntStream.range(0, count).mapToObj(RoundBench::silo).toList();
  }

  private static SiloDescriptor silo(int i) {
    int examples = FIRST_WEIGHT + i;
    ShardCounts train = new ShardCounts(examples, examples, examples, 0, "");
    return new SiloDescriptor(
        "memory:",
        new SiloCounts("silo-%05d".formatted(i), train, ShardCounts.EMPTY, ShardCounts.EMPTY, 0),
        List.of(),
        Placement.PREFERRED);
  }

  /** Returns an adapter of zeros. */
  static NamedTensors adapter(int parameters) {
    NamedTensors.Builder tensors = NamedTensors.builder();
    for (int start = 0; start < parameters; start += TENSOR) {
      int length = Math.min(TENSOR, parameters - start);
      tensors.put("tensor-%05d".formatted(start / TENSOR), new long[] {length}, new float[length]);
    }
    return tensors.build();
  }
}
