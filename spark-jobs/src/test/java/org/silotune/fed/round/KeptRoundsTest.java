package org.silotune.fed.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.fed.client.ScheduleSpan;
import org.silotune.fed.run.RunResult;
import org.silotune.fed.server.FedAvg;

/** Which rounds' tensors a run keeps. */
final class KeptRoundsTest {

  @TempDir private Path output;

  @Test
  void theLastRoundTheBestAndTheAdapterBeforeTheFirstAreKept() throws IOException {
    RunResult result = run("a", 6, Optional.of(1));

    assertThat(result.bestRound()).isEqualTo(6); // the loss falls from round to round
    assertThat(wholeRounds("a")).containsExactly(0, 6);
    assertThat(wholeRounds("b", 6, Optional.of(3))).containsExactly(0, 4, 5, 6);
    assertThat(wholeRounds("c", 6, Optional.empty())).containsExactly(0, 1, 2, 3, 4, 5, 6);
    assertThat(run("b", 6, Optional.of(3))).isEqualTo(result);
    assertThat(run("c", 6, Optional.empty())).isEqualTo(result);
  }

  @Test
  void aBestRoundThatIsNotAmongTheLastStays() throws IOException {
    FedAvg overshooting = new FedAvg(7); // every round is worse
    FederatedConfig config =
        Altered.config(
            TestRun.stateful(),
            Map.of("rounds", 5, "server", overshooting, "clipNorm", Optional.empty()));
    RunResult result = TestRun.in(output).with(config).run("a");

    assertThat(result.bestRound()).isEqualTo(1);
    assertThat(wholeRounds("a")).containsExactly(0, 1, 5);
    assertThat(output.resolve("a/best/adapter_model.safetensors"))
        .hasSameBinaryContentAs(
            output.resolve("a/checkpoints/round-00001/adapter/adapter_model.safetensors"));
  }

  @Test
  void everyRoundKeepsItsRecordAndEachSiloTheStateThatItGoesOnFrom() throws IOException {
    run("a", 6, Optional.of(1));

    assertThat(IntStream.rangeClosed(1, 6))
        .allSatisfy(
            round ->
                assertThat(output.resolve("a/checkpoints/round-%05d/round.json".formatted(round)))
                    .exists());
    try (Stream<Path> tree = Files.walk(output.resolve("a/carried"))) {
      List<Path> states = tree.filter(Files::isRegularFile).toList();
      assertThat(states).extracting(Path::getParent).doesNotHaveDuplicates().hasSize(7);
    }
  }

  @Test
  void aRunThatGoesOnEndsWithTheBitsOfOneThatKeptEveryRound() throws IOException {
    run("a", 3, Optional.of(1));
    assertThat(wholeRounds("a")).containsExactly(0, 3);

    assertThat(run("a", 7, Optional.of(2))).isEqualTo(run("b", 7, Optional.empty()));
  }

  private List<Integer> wholeRounds(String runId, int rounds, Optional<Integer> keep)
      throws IOException {
    run(runId, rounds, keep);
    return wholeRounds(runId);
  }

  /** The rounds that have an adapter. */
  private List<Integer> wholeRounds(String runId) throws IOException {
    try (Stream<Path> rounds = Files.list(output.resolve(runId).resolve("checkpoints"))) {
      return rounds
          .filter(round -> Files.isDirectory(round.resolve("adapter")))
          .map(round -> Integer.valueOf(round.getFileName().toString().substring(6)))
          .sorted()
          .toList();
    }
  }

  private RunResult run(String runId, int rounds, Optional<Integer> keep) {
    RecoveryConfig recovery = new RecoveryConfig(Duration.ofMinutes(1), 0, keep);
    FederatedConfig config =
        Altered.config(
            TestRun.stateful(),
            Map.of("rounds", rounds, "scheduleSpan", ScheduleSpan.ROUND, "recovery", recovery));
    return TestRun.in(output).with(config).run(runId);
  }
}
