package org.silotune.fed.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.fed.FederationException;
import org.silotune.fed.aggregate.CohortSum;
import org.silotune.fed.client.ComputeDevice;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.run.RoundRecord;
import org.silotune.fed.run.RunDirectory;
import org.silotune.fed.run.RunManifest;
import org.silotune.fed.run.RunResult;
import org.silotune.fed.run.RunTables;
import org.silotune.fed.run.TestManifest;
import org.silotune.llm.plan.MemoryLimit;

/** Runs whose silos are on hosts of several kinds. */
final class CanaryCheckTest {

  private static final String DIFFERENCE =
      "Round 1: executor host-of-silo-05 of silo silo-05 computes other bits: its canary is other, the run's is usual";

  @TempDir private Path output;

  @Test
  void theFirstRoundFixesTheRunsCanaryInTheManifest() {
    RunResult result = run("a", true, Map.of(), new ArrayList<>());

    assertThat(manifest("a").profile().canary()).isEqualTo("usual");
    assertThat(manifest("a").warnings()).isEmpty();
    assertThat(result.reproducible()).isTrue();
  }

  @Test
  void anExecutorOfAnotherKindEndsAnExactRunWithBothHashesAndCommitsNothing() {
    assertThatThrownBy(() -> run("a", true, Map.of("silo-05", "other"), new ArrayList<>()))
        .isInstanceOf(FederationException.class)
        .hasMessage("Cannot finish round 1: " + DIFFERENCE.substring("Round 1: ".length()));

    assertThat(output.resolve("a/checkpoints/round-00001")).doesNotExist();
    assertThat(run("a", true, Map.of(), new ArrayList<>()))
        .isEqualTo(run("b", true, Map.of(), new ArrayList<>()));
  }

  @Test
  void elseItIsAWarningThatTheManifestKeepsAndTheRoundIsNotReproducible() {
    List<String> heard = new ArrayList<>();
    RunResult result = run("a", false, Map.of("silo-05", "other"), heard);

    assertThat(heard).contains("warned: " + DIFFERENCE, "round 1 reproducible: false");
    assertThat(manifest("a").warnings())
        .containsExactly(
            DIFFERENCE,
            DIFFERENCE.replace("Round 1", "Round 2"),
            DIFFERENCE.replace("Round 1", "Round 3"));
    assertThat(result.reproducible()).isFalse();
  }

  @Test
  void aRunThatGoesOnKeepsTheCanaryOfItsFirstRound() {
    run("a", true, Map.of(), new ArrayList<>());
    Map<String, String> moved = Map.of("silo-01", "other", "silo-02", "other");

    assertThatThrownBy(() -> run("a", TestRun.in(output).rounds(4), true, moved, new ArrayList<>()))
        .hasMessage(
            "Cannot finish round 4: executor host-of-silo-01 of silo silo-01 computes other bits: its canary is other, the run's is usual");
  }

  @Test
  void anExecutorThatOnlyScoresIsCheckedTooForLossesChooseTheBestRound() {
    Map<String, String> usual = Map.of("silo-03", "usual", "silo-05", "other");

    assertThatThrownBy(() -> score("a", true, usual))
        .isInstanceOf(FederationException.class)
        .hasMessage(
            "Cannot finish validation loss after round 0: executor host-of-silo-05 of silo silo-05 computes other bits: its canary is other, the run's is usual");
    assertThat(score("b", false, usual).reproducible()).isFalse();
    assertThat(manifest("b").warnings())
        .contains("Validation loss after round 0: " + DIFFERENCE.substring("Round 1: ".length()));
  }

  /** Rounds on usual executors, scores on those given. */
  private RunResult score(String runId, boolean exact, Map<String, String> canaries) {
    TestRun run = TestRun.in(output);
    return run(
        runId,
        run.rounds(1),
        exact,
        Map.of(),
        new SequentialEvaluation(run.trainer(), canaries, Map.of()),
        new ArrayList<>());
  }

  private RunResult run(
      String runId, boolean exact, Map<String, String> canaries, List<String> heard) {
    return run(runId, TestRun.in(output), exact, canaries, heard);
  }

  private static RunResult run(
      String runId, TestRun run, boolean exact, Map<String, String> canaries, List<String> heard) {
    return run(runId, run, exact, canaries, new SequentialEvaluation(run.trainer()), heard);
  }

  private static RunResult run(
      String runId,
      TestRun run,
      boolean exact,
      Map<String, String> canaries,
      HeldOutEvaluation evaluation,
      List<String> heard) {
    FederatedConfig config = Altered.config(run.config(), Map.of("exact", exact));
    Configuration hadoop = new Configuration();
    try (RunDirectory directory = RunDirectory.claim(run.output().toString(), runId, hadoop)) {
      directory.describe(TestManifest.of("m"), exact);
      return run.with(config)
          .with(hearing(heard))
          .run(directory, onHosts(run.trainer(), canaries), evaluation, RunTables.none());
    }
  }

  /** Every silo on a host of its own, with the usual canary unless another is given. */
  private static ClientExecutor onHosts(FakeTrainer trainer, Map<String, String> canaries) {
    return (plan, cohort, listener) -> {
      CohortSum sum = CohortSum.EMPTY;
      for (SiloDescriptor silo : cohort) {
        TaskSite site =
            new TaskSite(
                "host-of-" + silo.name(),
                new ComputeDevice.Cpu(),
                MemoryLimit.ofThisProcess(1),
                () -> canaries.getOrDefault(silo.name(), "usual"),
                new Configuration());
        try {
          sum = sum.plus(new SiloRound(plan, trainer, site).run(silo, listener::progressed));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      return sum;
    };
  }

  private RunManifest manifest(String runId) {
    try (RunDirectory run = RunDirectory.claim(output.toString(), runId, new Configuration())) {
      return run.manifest().orElseThrow();
    }
  }

  private static RoundListener hearing(List<String> heard) {
    return new RoundListener() {
      @Override
      public void warned(String message) {
        heard.add("warned: " + message);
      }

      @Override
      public void committed(RoundRecord record) {
        heard.add(
            "round %d reproducible: %s"
                .formatted(record.round().round(), record.round().reproducible()));
      }
    };
  }
}
