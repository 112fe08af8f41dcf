package org.silotune.fed.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.fed.FederationException;
import org.silotune.fed.client.Placement;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.client.StepProgress;
import org.silotune.fed.metrics.EvaluationRow;
import org.silotune.fed.metrics.HeldOutSplit;
import org.silotune.fed.round.FakeSilos;
import org.silotune.fed.round.FakeTrainer;
import org.silotune.fed.round.FakeTrainer.Fault;
import org.silotune.fed.round.FederatedConfig;
import org.silotune.fed.round.RecoveryConfig;
import org.silotune.fed.round.RoundListener;
import org.silotune.fed.round.SequentialEvaluation;
import org.silotune.fed.run.RoundRecord;
import org.silotune.fed.run.RunResult;

final class SparkRoundsTest {

  private static TestSpark spark;

  @TempDir private Path output;

  @BeforeAll
  static void start() {
    spark = TestSpark.local();
  }

  @AfterAll
  static void stop() {
    spark.close();
  }

  @Test
  void permutedPartitionsAndAForcedRetryGiveTheSameBits() {
    SparkRun run = SparkRun.in(output);
    List<SiloDescriptor> shuffled = new ArrayList<>(run.silos());
    Collections.shuffle(shuffled, new Random(4));
    FakeTrainer hiccup =
        new FakeTrainer(Map.of("silo-02", Fault.IO_ONCE, "silo-06", Fault.IO_ONCE), output);

    RunResult expected = run.run(spark, "a");
    RunResult result = run.withSilos(shuffled).with(hiccup).run(spark, "b");

    assertThat(result).isEqualTo(expected);
    assertThat(output.resolve("b/final/adapter_model.safetensors"))
        .hasSameBinaryContentAs(output.resolve("a/final/adapter_model.safetensors"));
  }

  @Test
  void aRunIsReadWithSql() {
    SparkRun.in(output).run(spark, "a");
    for (String table : List.of("rounds", "silo_rounds", "evaluations")) {
      Dataset<Row> rows =
          spark.session().read().parquet(output.resolve("a/tables").resolve(table).toString());
      rows.createOrReplaceTempView(table);
    }

    assertThat(single("SELECT count(*) FROM rounds WHERE reproducible")).isEqualTo(3L);
    assertThat(single("SELECT sum(weight) FROM silo_rounds WHERE round = 2"))
        .isEqualTo(single("SELECT weight FROM rounds WHERE round = 2"));
    assertThat(
            single(
                "SELECT count(*) FROM evaluations a JOIN evaluations b USING (split, silo) "
                    + "WHERE a.round = 0 AND b.round = 3 AND silo = '*' AND b.loss < a.loss"))
        .isEqualTo(2L);
  }

  @Test
  void aDiskThatStaysBrokenLosesTheSiloAndTheRoundGoesOn() {
    List<RoundRecord> records = new ArrayList<>();
    FakeTrainer trainer = new FakeTrainer(Map.of("silo-03", Fault.IO_ALWAYS), output);

    RunResult result = SparkRun.in(output).with(trainer).with(listening(records)).run(spark, "a");

    assertThat(result.reproducible()).isFalse();
    assertThat(records.get(0).silos().get(2).status()).isEqualTo("lost");
    assertThat(records.get(0).silos().get(2).reason())
        .isEqualTo("Cannot read shard of silo-03: disk gone");
    assertThat(records.get(0).round().participants()).isEqualTo(6);
  }

  @Test
  void aSiloThatStandsStillIsLostAndTheOthersGiveTheSameBits() {
    List<RoundRecord> records = new ArrayList<>();
    FakeTrainer trainer = new FakeTrainer(Map.of("silo-05", Fault.STALL), output);
    SparkRun run = SparkRun.in(output).with(listening(records)).with(rounds(1));

    RunResult stalled =
        run.with(trainer)
            .with(new RecoveryConfig(Duration.ofSeconds(3), 1, Optional.of(1)))
            .run(spark, "a");

    assertThat(records.get(0).silos().get(4).reason())
        .isEqualTo("No step for PT3S on host localhost");
    List<SiloDescriptor> others =
        FakeSilos.of(7).stream().filter(silo -> !silo.name().equals("silo-05")).toList();
    assertThat(run.withSilos(others).run(spark, "b").adapterSha256())
        .isEqualTo(stalled.adapterSha256());
  }

  @Test
  void aSiloOnAnotherHostIsAskedAgainAndThenNamed() {
    List<RoundRecord> records = new ArrayList<>();
    List<String> repeats = new ArrayList<>();
    List<SiloDescriptor> silos = new ArrayList<>(FakeSilos.of(6));
    silos.add(elsewhere(Placement.STRICT));
    SparkRun run =
        SparkRun.in(output).with(rounds(1)).with(listening(records, repeats)).withSilos(silos);

    RunResult result = run.run(spark, "a", new SequentialEvaluation(run.trainer()));

    assertThat(repeats)
        .containsExactly("round 1 for misplaced silo-99", "round 1 for misplaced silo-99");
    assertThat(records.get(0).silos().get(6).status()).isEqualTo("misplaced");
    assertThat(records.get(0).silos().get(6).reason())
        .isEqualTo(
            "Cannot open the data of silo silo-99 on host 127.0.0.1: its hosts are nowhere.example and placement is strict");
    assertThat(result.reproducible()).isFalse();
    assertThat(run.withSilos(FakeSilos.of(6)).run(spark, "b").adapterSha256())
        .isEqualTo(result.adapterSha256());
  }

  @Test
  void aSiloOnAnotherHostIsNotScoredAndTheRestIsComparedWithoutIt() {
    List<EvaluationRow> rows = new ArrayList<>();
    List<SiloDescriptor> silos = new ArrayList<>(FakeSilos.of(6));
    silos.add(elsewhere(Placement.STRICT));
    SparkRun run = SparkRun.in(output).with(rounds(1));

    RunResult result = run.withSilos(silos).with(scores(rows)).run(spark, "a");

    assertThat(rows.get(6).status()).isEqualTo("misplaced");
    assertThat(rows.get(6).reason())
        .isEqualTo(
            "Cannot open the data of silo silo-99 on host 127.0.0.1: its hosts are nowhere.example and placement is strict");
    assertThat(rows.get(7).status()).isEqualTo("partial");
    assertThat(rows.get(7).reason()).isEqualTo("without silo-99");
    assertThat(result.reproducible()).isFalse();
    RunResult without = run.withSilos(FakeSilos.of(6)).run(spark, "b");
    assertThat(result.centralLoss()).isEqualTo(without.centralLoss());
    assertThat(without.reproducible()).isTrue();
  }

  @Test
  void aScoreThatStandsStillOrCannotBeReadIsLostToTheAverageWithItsReason() {
    List<EvaluationRow> rows = new ArrayList<>();
    Map<String, Fault> faults = Map.of("silo-02", Fault.SCORE_STALL, "silo-05", Fault.SCORE_IO);

    SparkRun.in(output)
        .with(rounds(1))
        .with(new FakeTrainer(faults, output))
        .with(new RecoveryConfig(Duration.ofSeconds(2), 1, Optional.of(1)))
        .with(scores(rows))
        .run(spark, "a");

    assertThat(rows.get(1).reason()).isEqualTo("No step for PT2S on host localhost");
    assertThat(rows.get(4).reason()).isEqualTo("Cannot read held-out rows of silo-05: disk gone");
    assertThat(rows.get(7).reason()).isEqualTo("without silo-02, silo-05");
  }

  @Test
  void anEvaluationOfNoSiloIsAnErrorThatNamesThem() {
    SparkRun run =
        SparkRun.in(output).with(rounds(1)).withSilos(List.of(elsewhere(Placement.STRICT)));

    assertThatThrownBy(() -> run.run(spark, "a"))
        .isInstanceOf(FederationException.class)
        .hasMessage(
            "Cannot compute validation loss after round 0: none of 1 silos could be asked: silo-99: misplaced, Cannot open the data of silo silo-99 on host 127.0.0.1: its hosts are nowhere.example and placement is strict");
  }

  @Test
  void aPreferredHostThatIsNotThereChangesNothing() {
    List<SiloDescriptor> silos = new ArrayList<>(FakeSilos.of(6));
    silos.add(elsewhere(Placement.PREFERRED));

    RunResult result = SparkRun.in(output).with(rounds(1)).withSilos(silos).run(spark, "a");

    assertThat(result.reproducible()).isTrue();
  }

  @Test
  void progressIsHeardWhileTasksRun() {
    ConcurrentLinkedQueue<StepProgress> heard = new ConcurrentLinkedQueue<>();
    RoundListener listener =
        new RoundListener() {
          @Override
          public void progressed(StepProgress progress) {
            heard.add(progress);
          }
        };
    FakeTrainer slow = new FakeTrainer(Map.of("silo-04", Fault.SLOW), output);

    SparkRun.in(output).with(rounds(1)).with(slow).with(listener).run(spark, "a");

    assertThat(heard).extracting(StepProgress::silo).contains("silo-04");
    assertThat(heard).allSatisfy(progress -> assertThat(progress.round()).isEqualTo(1));
  }

  private static Object single(String sql) {
    return spark.session().sql(sql).first().get(0);
  }

  private static SiloDescriptor elsewhere(Placement placement) {
    return FakeSilos.silo("silo-99", 10, List.of("nowhere.example"), placement);
  }

  private static FederatedConfig rounds(int rounds) {
    return FakeSilos.config(rounds);
  }

  private static RoundListener scores(List<EvaluationRow> heard) {
    return new RoundListener() {
      @Override
      public void scored(int round, HeldOutSplit split, List<EvaluationRow> rows) {
        heard.addAll(rows);
      }
    };
  }

  private static RoundListener listening(List<RoundRecord> records) {
    return listening(records, new ArrayList<>());
  }

  private static RoundListener listening(List<RoundRecord> records, List<String> repeats) {
    return new RoundListener() {
      @Override
      public void committed(RoundRecord record) {
        records.add(record);
      }

      @Override
      public void repeated(String pass, String why) {
        repeats.add(pass + " " + why);
      }
    };
  }
}
