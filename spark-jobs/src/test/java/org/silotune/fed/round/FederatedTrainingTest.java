package org.silotune.fed.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.fed.FederationException;
import org.silotune.fed.InvalidExperimentException;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.metrics.EvaluationRow;
import org.silotune.fed.metrics.HeldOutSplit;
import org.silotune.fed.metrics.SplitLoss;
import org.silotune.fed.round.FakeTrainer.Fault;
import org.silotune.fed.run.RoundRecord;
import org.silotune.fed.run.RunResult;
import org.silotune.fed.server.FedAvg;

final class FederatedTrainingTest {

  @TempDir private Path output;

  @Test
  void heldOutLossFallsAndTheBestAndFinalAdaptersAreExported() {
    RunResult result = TestRun.in(output).run("a");

    assertThat(result.rounds()).isEqualTo(3);
    assertThat(result.bestRound()).isEqualTo(3);
    assertThat(result.reproducible()).isTrue();
    assertThat(result.centralLoss().get("test-final"))
        .isLessThan(result.centralLoss().get("test-before"));
    assertThat(output.resolve("a/final/adapter_model.safetensors"))
        .hasSameBinaryContentAs(output.resolve("a/best/adapter_model.safetensors"));
  }

  @Test
  void theOrderOfSilosAndTheRunIdChangeNoBit() {
    TestRun run = TestRun.in(output).with(TestRun.stateful());
    List<SiloDescriptor> reversed = new ArrayList<>(run.silos());
    Collections.reverse(reversed);

    assertThat(run.withSilos(reversed).run("b").adapterSha256())
        .isEqualTo(run.run("a").adapterSha256());
    assertThat(output.resolve("b/final/adapter_model.safetensors"))
        .hasSameBinaryContentAs(output.resolve("a/final/adapter_model.safetensors"));
  }

  @Test
  void anInfrastructureFailureThatPassesChangesNoBit() {
    TestRun run = TestRun.in(output);
    FakeTrainer hiccup = new FakeTrainer(Map.of("silo-04", Fault.IO_ONCE), output);

    assertThat(run.with(hiccup).run("b")).isEqualTo(run.run("a"));
  }

  @Test
  void silosWithoutAUsableUpdateCountNothingAndTheOthersGiveTheSameBits() {
    Map<String, Fault> faults =
        Map.of(
            "silo-02", Fault.NAN,
            "silo-05", Fault.OUT_OF_RANGE,
            "silo-07", Fault.UNUSABLE);
    List<RoundRecord> records = new ArrayList<>();
    TestRun run = TestRun.in(output).rounds(1).with(listening(records));
    RunResult failed = run.with(new FakeTrainer(faults, output)).run("a");

    assertThat(records.get(0).silos())
        .filteredOn(silo -> silo.weight() == 0)
        .extracting(silo -> silo.silo() + " " + silo.status() + ": " + silo.reason())
        .containsExactly(
            "silo-02 failed: Invalid delta layers.1.lora_A[3] = NaN: must be finite and at most 16.0 in absolute value",
            "silo-05 failed: Invalid delta layers.1.lora_A[3] = 17.0: must be finite and at most 16.0 in absolute value",
            "silo-07 failed: Every row was cut to nothing");
    assertThat(records.get(0).round().participants()).isEqualTo(4);
    assertThat(failed.reproducible()).isTrue();
    List<SiloDescriptor> others =
        run.silos().stream().filter(silo -> !faults.containsKey(silo.name())).toList();
    assertThat(run.withSilos(others).run("b").adapterSha256()).isEqualTo(failed.adapterSha256());
  }

  @Test
  void aRoundWithoutQuorumNamesEverySiloAndReason() {
    FakeTrainer trainer =
        new FakeTrainer(
            Map.of(
                "silo-01", Fault.NAN,
                "silo-02", Fault.UNUSABLE,
                "silo-03", Fault.IO_ALWAYS,
                "silo-04", Fault.UNUSABLE),
            output);

    assertThatThrownBy(() -> TestRun.in(output).with(trainer).run("a"))
        .isInstanceOf(FederationException.class)
        .hasMessage(
            "Cannot finish round 1: 3 of 7 silos gave a usable update, the quorum is 4: "
                + "silo-01: Invalid delta layers.1.lora_A[3] = NaN: must be finite and at most 16.0 in absolute value; "
                + "silo-02: Every row was cut to nothing; "
                + "silo-03: Cannot read shard of silo-03: disk gone; "
                + "silo-04: Every row was cut to nothing; "
                + "see to the reasons and start the run again, or lower federated.quorum under another run id");
  }

  @Test
  void aDeadlineThatFiresMarksTheRoundNotReproducible() {
    FakeTrainer trainer = new FakeTrainer(Map.of("silo-03", Fault.DEADLINE), output);
    List<RoundRecord> records = new ArrayList<>();

    RunResult result = TestRun.in(output).rounds(1).with(trainer).with(listening(records)).run("a");

    assertThat(result.reproducible()).isFalse();
    assertThat(records.get(0).silos().get(2).status()).isEqualTo("partial");
    assertThat(records.get(0).silos().get(2).reason()).isEqualTo("Deadline fired after 2 steps");
    assertThat(records.get(0).silos().get(2).weight()).isEqualTo(10);
  }

  @Test
  void aFinishedRunGivesItsResultAndChangesNothing() throws IOException {
    TestRun run = TestRun.in(output);
    RunResult first = run.run("a");
    Map<String, Long> before = RunFiles.modificationTimes(run.folder("a"));
    FakeTrainer broken = new FakeTrainer(Map.of("silo-01", Fault.CRASH), output);

    assertThat(run.with(broken).run("a")).isEqualTo(first);
    assertThat(RunFiles.modificationTimes(run.folder("a"))).isEqualTo(before);
  }

  @Test
  void moreRoundsGoOnWhereTheRunEnded() {
    TestRun run = TestRun.in(output).with(TestRun.stateful());
    List<String> resumed = new ArrayList<>();
    RoundListener listener =
        new RoundListener() {
          @Override
          public void resumed(int round, int rounds) {
            resumed.add("after round %d of %d".formatted(round, rounds));
          }
        };
    run.rounds(2).with(listener).run("a");
    assertThat(resumed).isEmpty();

    assertThat(run.with(listener).run("a").adapterSha256()).isEqualTo(run.run("b").adapterSha256());
    assertThat(resumed).containsExactly("after round 2 of 4");
  }

  @Test
  void fewerRoundsThanCommittedAreRefused() {
    TestRun run = TestRun.in(output);
    run.run("a");

    assertThatThrownBy(() -> run.rounds(2).run("a"))
        .isInstanceOf(FederationException.class)
        .hasMessage("Cannot shorten run a to 2 rounds: 3 are committed; use another run id");
  }

  @Test
  void earlyStoppingEndsTheRunAndKeepsTheBestRound() {
    FedAvg overshooting = new FedAvg(7); // every round is worse
    FederatedConfig config =
        Altered.config(
            FederatedConfig.defaults(),
            Map.of(
                "rounds",
                30,
                "server",
                overshooting,
                "evaluation",
                new EvaluationConfig(1, Optional.of(2), 0)));

    RunResult result = TestRun.in(output).with(config).run("a");

    assertThat(result.stoppedEarly()).isTrue();
    assertThat(result.rounds()).isEqualTo(3);
  }

  @Test
  void nothingStopsEarlyWhereNoSiloHasValidationRows() {
    FederatedConfig patient =
        Altered.config(
            FederatedConfig.defaults(),
            Map.of("evaluation", new EvaluationConfig(1, Optional.of(2), 0)));
    List<SiloDescriptor> withoutHeldOutRows = List.of(FakeSilos.silo("a", 3));

    TestRun run = TestRun.in(output).withSilos(withoutHeldOutRows);
    assertThatThrownBy(() -> run.with(patient).run("a"))
        .isInstanceOf(InvalidExperimentException.class)
        .hasMessage(
            "Invalid patience 2: no silo has validation rows to stop early by; raise data.holdout.validation, or set federated.evaluation.patience to none");
    assertThat(run.folder("a")).doesNotExist(); // nothing was begun
  }

  @Test
  void aSiloWithoutHeldOutRowsIsScoredAsNone() {
    List<EvaluationRow> rows = new ArrayList<>();
    RoundListener listener =
        new RoundListener() {
          @Override
          public void scored(int round, HeldOutSplit split, List<EvaluationRow> scored) {
            rows.addAll(scored);
          }
        };
    TestRun.in(output).with(listener).rounds(1).run("a");

    assertThat(rows).hasSize(4 * 8);
    assertThat(rows.get(0))
        .isEqualTo(
            EvaluationRow.scored(
                0, HeldOutSplit.VALIDATION, "silo-01", SplitLoss.NONE, "host-of-silo-01", ""));
    assertThat(rows.get(7).silo()).isEqualTo("*");
    assertThat(rows.get(7).tokens())
        .isEqualTo(rows.subList(0, 7).stream().mapToLong(EvaluationRow::tokens).sum());
  }

  @Test
  void emptySilosAreNamedUnlessAllowed() {
    SiloDescriptor empty = FakeSilos.silo("silo-00", 0);
    List<SiloDescriptor> silos = new ArrayList<>(FakeSilos.of(6));
    silos.add(empty);
    TestRun run = TestRun.in(output).withSilos(silos).rounds(1);

    assertThatThrownBy(() -> run.run("a"))
        .isInstanceOf(FederationException.class)
        .hasMessage(
            "Empty silos: silo-00: no training rows; leave them out, or set federated.allow-empty-silos to true");

    FederatedConfig allowing =
        Altered.config(FederatedConfig.defaults(), Map.of("rounds", 1, "allowEmptySilos", true));
    assertThat(run.with(allowing).run("b").adapterSha256())
        .isEqualTo(run.withSilos(FakeSilos.of(6)).run("c").adapterSha256());
  }

  @Test
  void silosThatMayBeEmptyDoNotCountTowardsTheQuorum() {
    List<SiloDescriptor> silos = new ArrayList<>(FakeSilos.of(2));
    for (int i = 10; i < 15; i++) {
      silos.add(FakeSilos.silo("silo-" + i, 0));
    }
    FederatedConfig allowing =
        Altered.config(FederatedConfig.defaults(), Map.of("rounds", 1, "allowEmptySilos", true));
    TestRun run = TestRun.in(output).with(allowing);

    assertThat(run.withSilos(silos).run("a").adapterSha256())
        .isEqualTo(run.withSilos(FakeSilos.of(2)).run("b").adapterSha256());
  }

  private static RoundListener listening(List<RoundRecord> records) {
    return new RoundListener() {
      @Override
      public void committed(RoundRecord record) {
        records.add(record);
      }
    };
  }

  /** What a run's folder looks like from outside. */
  static final class RunFiles {

    private RunFiles() {}

    static Map<String, Long> modificationTimes(Path folder) throws IOException {
      Map<String, Long> times = new java.util.TreeMap<>();
      try (var tree = Files.walk(folder)) {
        for (Path file : tree.filter(Files::isRegularFile).toList()) {
          if (!file.endsWith(".lock")) {
            times.put(folder.relativize(file).toString(), file.toFile().lastModified());
          }
        }
      }
      return times;
    }
  }
}
