package org.silotune.fed.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silotune.fed.job.RoundTime.Model;
import org.silotune.fed.job.RoundTime.Speed;
import org.silotune.llm.finetune.FineTuneConfig;
import org.silotune.llm.finetune.TrainingLength;
import org.silotune.llm.plan.ModelWork;
import org.silotune.prep.shard.ShardCounts;
import org.silotune.prep.shard.SiloCounts;

final class RoundTimeTest {

  private static final ModelWork WORK = new ModelWork(1e6, 1e5);
  private static final Speed ALONE = new Speed(1e9, 1);

  /** 1,000 tokens, 400 with a loss, one micro-batch a step; 200 and 80 of validation. */
  private static final SiloLoad SILO = silo(1);

  @Test
  void productsAndTheValuesThatAreKeptAddUp() {
    RoundTime time = time(model(false, 1), List.of(SILO), 1, List.of(SILO), 1);
    assertThat(time.trainSeconds())
        .isCloseTo(4 * (1e6 * 1000 + 1e5 * 400) / 1e9 + 11e-9 * 5000 * 1000, within(1e-9));
    assertThat(time.validationSeconds())
        .isCloseTo(2 * (1e6 * 200 + 1e5 * 80) / 1e9 + 11e-9 / 3 * 5000 * 200, within(1e-9));
    assertThat(time.seconds()).isEqualTo(time.trainSeconds() + time.validationSeconds());
    double again = time(model(true, 1), List.of(SILO), 1, List.of(), 1).trainSeconds();
    assertThat(again - time.trainSeconds())
        .isCloseTo(2 * 1e6 * 1000 / 1e9 + 11e-9 / 3 * 5000 * 1000, within(1e-9));
  }

  /** A step that is one micro-batch is one worker's, and three are two turns of two. */
  @ParameterizedTest
  @CsvSource({"1, 1, 1", "1, 2, 1", "2, 2, 2", "3, 2, 1.5", "4, 2, 2", "4, 8, 4", "8, 3, 2.6667"})
  void workersHelpAsFarAsThereAreMicroBatches(int microBatches, int workers, double faster) {
    SiloLoad silo = silo(microBatches);
    double one = time(model(false, 1), List.of(silo), 1, List.of(), 1).trainSeconds();
    double many = time(model(false, workers), List.of(silo), 1, List.of(), 1).trainSeconds();
    assertThat(one / many).isCloseTo(faster, within(1e-4));
  }

  @Test
  void silosThatDoNotTrainAreScoredAtOnceToo() {
    List<SiloLoad> all = List.of(SILO, SILO, SILO, SILO);
    RoundTime time = time(model(false, 1), List.of(SILO), 1, all, 4);
    RoundTime alone = time(model(false, 1), List.of(SILO), 1, List.of(SILO), 1);
    assertThat(time.validationSeconds()).isEqualTo(alone.validationSeconds());
    assertThat(time(model(false, 1), all, 2, List.of(), 1).trainSeconds())
        .isCloseTo(2 * alone.trainSeconds(), within(1e-9));
    assertThat(time.slots()).isEqualTo(1);
  }

  @Test
  void coresThatAreSharedAreSlowerForAll() {
    Speed shared = new Speed(1e9, 4);
    RoundTime time =
        RoundTime.of(model(false, 1), List.of(SILO), 4, shared, List.of(SILO), 4, shared);
    RoundTime alone = time(model(false, 1), List.of(SILO), 1, List.of(SILO), 1);
    assertThat(time.trainSeconds()).isCloseTo(4 * alone.trainSeconds(), within(1e-9));
    assertThat(time.productFlops()).isEqualTo(2.5e8);
  }

  /**
   * Tokens a second of one worker that {@code docs/benchmarks.md} has of SmolLM2-135M at 4 x 256,
   * with half of the matrix peak of the same runs.
   */
  @ParameterizedTest
  @CsvSource({
    "B float32, 140e9, 275e3, 154",
    "A float32, 90e9, 275e3, 98",
    "B bfloat16, 75e9, 318e3, 95",
    "A bfloat16, 200e9, 318e3, 184"
  })
  void whatWasMeasuredIsPredicted(String what, double flops, double values, double measured) {
    Model model = new Model(new ModelWork(106.2e6, 28.3e6), values, false, 1, 1);
    SiloLoad silo = new SiloLoad("a", 4, 1, 1024, 1020, 1, 0, 0);
    RoundTime time =
        RoundTime.of(model, List.of(silo), 1, new Speed(flops, 1), List.of(), 1, ALONE);
    assertThat(1024 / time.trainSeconds()).as(what).isCloseTo(measured, withinPercentage(15));
  }

  @Test
  void aStepOfShortRowsIsOneMicroBatch() {
    FineTuneConfig config =
        FineTuneConfig.defaults().withLength(new TrainingLength.Epochs(2)); // 8 rows, 1024 tokens
    assertThat(load(80, 80 * 100, config).microBatches()).isEqualTo(1);
    assertThat(load(80, 80 * 200, config).microBatches()).isEqualTo(2);
    assertThat(load(80, 80 * 400, config).microBatches()).isEqualTo(4);
    assertThat(load(3, 3 * 2000, config).microBatches()).isEqualTo(3);
    assertThat(load(0, 0, config).microBatches()).isZero();
    assertThat(load(80, 80 * 200, config))
        .isEqualTo(new SiloLoad("a", 80, 20, 32_000, 16_000, 2, 0, 0));
  }

  private static SiloLoad load(long examples, long tokens, FineTuneConfig config) {
    ShardCounts train = new ShardCounts(examples, tokens, tokens / 2, 0, "");
    return SiloLoad.of(new SiloCounts("a", train, ShardCounts.EMPTY, ShardCounts.EMPTY, 0), config);
  }

  private static SiloLoad silo(int microBatches) {
    return new SiloLoad("a", 8, 1, 1000, 400, microBatches, 200, 80);
  }

  private static Model model(boolean recompute, int workers) {
    return new Model(WORK, 5000, recompute, workers, 1);
  }

  private static RoundTime time(
      Model model, List<SiloLoad> cohort, int training, List<SiloLoad> silos, int scoring) {
    return RoundTime.of(model, cohort, training, ALONE, silos, scoring, ALONE);
  }
}
