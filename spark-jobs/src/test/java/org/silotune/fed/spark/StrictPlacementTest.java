package org.silotune.fed.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.fed.client.Placement;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.metrics.EvaluationRow;
import org.silotune.fed.metrics.HeldOutSplit;
import org.silotune.fed.metrics.SiloRoundRow;
import org.silotune.fed.round.FakeSilos;
import org.silotune.fed.round.FakeTrainer;
import org.silotune.fed.round.FakeTrainer.Fault;
import org.silotune.fed.round.RecoveryConfig;
import org.silotune.fed.round.RoundListener;
import org.silotune.fed.run.RoundRecord;
import org.silotune.fed.run.RunResult;

/** Silos whose data one host of a cluster has, with executors of one core on it and on another. */
final class StrictPlacementTest {

  private static final String HERE = "127.0.0.2";
  private static final String ELSEWHERE = "127.0.0.3";

  @TempDir private static Path folder;
  private static HostsCluster cluster;
  private static TestSpark spark;

  @TempDir private Path output;

  @BeforeAll
  static void start() {
    cluster = HostsCluster.on(List.of(HERE, ELSEWHERE), folder);
    spark =
        TestSpark.on(
            cluster.master(),
            Map.of(
                "spark.executor.memory", "1g",
                "spark.locality.wait", "100ms",
                "spark.scheduler.minRegisteredResourcesRatio", "1.0",
                "spark.cores.max", "2"));
  }

  @AfterAll
  static void stop() {
    spark.close();
    cluster.close();
  }

  @Test
  void moreSilosThanCoresOnAHostAreTrainedAndScoredOneAfterTheOtherWithTheSameBits() {
    List<RoundRecord> records = new ArrayList<>();
    List<EvaluationRow> scores = new ArrayList<>();
    Map<String, Fault> slow =
        Map.of("silo-01", Fault.SLOW, "silo-02", Fault.SLOW, "silo-03", Fault.SCORE_SLOW);
    SparkRun run =
        SparkRun.in(output)
            .with(FakeSilos.config(1))
            .with(new RecoveryConfig(Duration.ofMinutes(5), 1, Optional.of(1)))
            .with(hearing(records, scores));

    RunResult placed =
        run.with(new FakeTrainer(slow, output))
            .withSilos(FakeSilos.of(5).stream().map(StrictPlacementTest::here).toList())
            .run(spark, "placed");

    assertThat(records.get(0).silos()).extracting(SiloRoundRow::status).containsOnly("trained");
    assertThat(records.get(0).silos()).extracting(SiloRoundRow::host).containsOnly(HERE);
    assertThat(scores).hasSize(4 * 6).allMatch(EvaluationRow::complete);
    assertThat(scores).extracting(EvaluationRow::host).containsOnly(HERE, "");
    assertThat(placed).isEqualTo(run.withSilos(FakeSilos.of(5)).run(spark, "free"));
  }

  private static SiloDescriptor here(SiloDescriptor silo) {
    return FakeSilos.silo(silo.name(), silo.trainExamples(), List.of(HERE), Placement.STRICT);
  }

  private static RoundListener hearing(List<RoundRecord> records, List<EvaluationRow> scores) {
    return new RoundListener() {
      @Override
      public void scored(int round, HeldOutSplit split, List<EvaluationRow> rows) {
        scores.addAll(rows);
      }

      @Override
      public void committed(RoundRecord record) {
        records.add(record);
      }
    };
  }
}
