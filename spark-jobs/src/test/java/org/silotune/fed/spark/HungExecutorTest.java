package org.silotune.fed.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.round.FakeSilos;
import org.silotune.fed.round.FakeTrainer;
import org.silotune.fed.round.FakeTrainer.Fault;
import org.silotune.fed.round.RecoveryConfig;

/** A task that no cancellation reaches, on the only core there is. */
@Tag("stress")
final class HungExecutorTest {

  @TempDir private Path output;

  @Test
  @Timeout(240)
  void theOnlyExecutorIsEndedAndTheOthersGiveTheSameBits() {
    Map<String, String> settings =
        Map.of(
            "spark.executor.memory", "1g",
            "spark.task.reaper.enabled", "true",
            "spark.task.reaper.pollingInterval", "1s",
            "spark.task.reaper.killTimeout", "2s");
    FakeTrainer hanging = new FakeTrainer(Map.of("silo-03", Fault.HANG), output);
    SparkRun run =
        SparkRun.in(output)
            .with(FakeSilos.config(1))
            .with(new RecoveryConfig(Duration.ofSeconds(5), 1, Optional.of(1)));
    List<SiloDescriptor> others =
        FakeSilos.of(7).stream().filter(silo -> !silo.name().equals("silo-03")).toList();
    try (TestSpark spark = TestSpark.on("local-cluster[1,1,1024]", settings)) {
      String hung = run.with(hanging).run(spark, "hung").adapterSha256();

      assertThat(run.withSilos(others).run(spark, "without").adapterSha256()).isEqualTo(hung);
    }
  }
}
