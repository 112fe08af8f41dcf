package org.silotune.llm.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.silotune.llm.LlmException;
import org.silotune.llm.adapter.Adapter;
import org.silotune.llm.adapter.LoraConfig;
import org.silotune.llm.eval.HeldOutLoss;
import org.silotune.llm.finetune.FineTuneResult.Outcome;
import org.silotune.llm.finetune.LocalRun.ScheduleSpan;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.FixtureModels;
import org.silotune.llm.model.InvalidExamplesException;
import org.silotune.llm.tensor.NamedTensors;
import org.silotune.llm.tokenizer.TokenizedExample;

/**
 * Laws of fine-tuning, on the Gemma fixture: windows, two rotary embeddings, four norms a layer.
 */
final class FineTunerTest {

  private static final LoraConfig LORA =
      new LoraConfig(4, 8, 0, List.of("q_proj", "v_proj", "o_proj", "gate_proj", "down_proj"));
  private static final List<TokenizedExample> EXAMPLES = FixtureExamples.draw(7, 5);

  /** One step of plain gradient descent at rate 1: the parameters move by minus the gradient. */
  private static final FineTuneConfig GRADIENT =
      FineTuneConfig.defaults()
          .withOptimizer(OptimizerConfig.Sgd.defaults())
          .withLearningRate(1)
          .withClipNorm(OptionalDouble.empty())
          .withLength(new TrainingLength.Steps(1))
          .withBatchSize(EXAMPLES.size());

  private static final FineTuneConfig ADAMW =
      FineTuneConfig.defaults()
          .withLearningRate(1e-2)
          .withLength(new TrainingLength.Epochs(2))
          .withBatchSize(3)
          .withTokenBudget(32)
          .withLossChunk(5);

  private static DecoderModel model;
  private static NamedTensors start;

  @BeforeAll
  static void load() {
    model = FixtureModels.load("gemma3");
    start = FixtureExamples.randomLike(LORA.initialise(model, 1), 0.1, 2);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void theGradientOfAConcatenationIsThatOfItsExamples() {
    NamedTensors together = gradient(GRADIENT.withTokenBudget(10_000));
    NamedTensors oneByOne = gradient(GRADIENT.withTokenBudget(1));
    assertThat(FixtureExamples.relativeDistance(oneByOne, together)).isLessThan(1e-5);
  }

  @Test
  void theLossOfAConcatenationIsThatOfItsExamples() {
    double together = new HeldOutLoss(10_000, 512, 1).evaluate(model, EXAMPLES).lossSum();
    double oneByOne = new HeldOutLoss(1, 3, 1).evaluate(model, EXAMPLES).lossSum();
    assertThat(oneByOne).isCloseTo(together, within(1e-5 * together));
  }

  @Test
  void theGradientIsTheSlopeOfTheLoss() {
    NamedTensors gradient = gradient(GRADIENT);
    for (String name :
        List.of(
            "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight",
            "base_model.model.model.layers.3.mlp.down_proj.lora_B.weight",
            "base_model.model.model.layers.6.self_attn.v_proj.lora_B.weight")) {
      int largest = indexOfLargest(gradient.values(name));
      double h = 1e-2;
      double slope = (meanLossAt(name, largest, h) - meanLossAt(name, largest, -h)) / (2 * h);
      assertThat(slope)
          .as(name)
          .isCloseTo(gradient.values(name)[largest], within(2e-3 * Math.abs(slope) + 1e-5));
    }
  }

  @Test
  void recomputingLayersKeepsTheBits() {
    LoraConfig dropout = LORA.withDropout(0.3);
    for (LoraConfig lora : List.of(LORA, dropout)) {
      String kept = hash(lora, ADAMW.withCheckpointing(Checkpointing.OFF));
      assertThat(hash(lora, ADAMW.withCheckpointing(Checkpointing.ON))).isEqualTo(kept);
    }
  }

  @Test
  void aFreshAdapterChangesNothing() {
    Adapter fresh = new Adapter(LORA, LORA.initialise(model, 9));
    HeldOutLoss loss = HeldOutLoss.defaults();
    assertThat(loss.evaluate(model, fresh, EXAMPLES)).isEqualTo(loss.evaluate(model, EXAMPLES));
  }

  @Test
  void dropoutMasksDoNotDependOnTheCutIntoBatches() {
    LoraConfig lora = LORA.withDropout(0.5);
    NamedTensors together = gradient(lora, GRADIENT.withTokenBudget(10_000));
    NamedTensors apart = gradient(lora, GRADIENT.withTokenBudget(1));
    assertThat(FixtureExamples.relativeDistance(apart, together)).isLessThan(1e-5);
    assertThat(FixtureExamples.relativeDistance(gradient(GRADIENT), together)).isGreaterThan(0.1);
  }

  @Test
  void aTrainingInTwoPartsHasTheBitsOfOne() {
    List<TokenizedExample> one = EXAMPLES.subList(0, 1);
    FineTuneConfig steps = ADAMW.withLength(new TrainingLength.Steps(6));
    FineTuneConfig half = ADAMW.withLength(new TrainingLength.Steps(3));
    FineTuneResult whole = FineTuner.train(model, LORA, start, one, steps, LocalRun.ofSeed(3));
    FineTuneResult first = FineTuner.train(model, LORA, start, one, half, LocalRun.ofSeed(3));
    FineTuneResult second =
        FineTuner.train(
            model,
            LORA,
            first.parameters(),
            one,
            half,
            LocalRun.ofSeed(3).withOptimizerState(first.optimizerState()));
    assertThat(FixtureExamples.sha256(second.parameters()))
        .isEqualTo(FixtureExamples.sha256(whole.parameters()));
    assertThat(second.optimizerState().step()).isEqualTo(6);
    assertThat(FixtureExamples.sha256(second.optimizerState().moments().get("exp_avg_sq")))
        .isEqualTo(FixtureExamples.sha256(whole.optimizerState().moments().get("exp_avg_sq")));
  }

  @Test
  void aScheduleOverTwoPartsHasTheBitsOfOne() {
    List<TokenizedExample> one = EXAMPLES.subList(0, 1);
    FineTuneConfig falling =
        ADAMW.withSchedule(new LearningRateSchedule(LearningRateSchedule.Shape.COSINE, 2));
    FineTuneConfig half = falling.withLength(new TrainingLength.Steps(3));
    LocalRun run = LocalRun.ofSeed(3);
    FineTuneResult whole =
        FineTuner.train(
            model, LORA, start, one, falling.withLength(new TrainingLength.Steps(6)), run);
    FineTuneResult first =
        FineTuner.train(
            model, LORA, start, one, half, run.withScheduleSpan(new ScheduleSpan(0, 6)));
    FineTuneResult second =
        FineTuner.train(
            model,
            LORA,
            first.parameters(),
            one,
            half,
            run.withScheduleSpan(new ScheduleSpan(3, 6))
                .withOptimizerState(first.optimizerState()));
    assertThat(FixtureExamples.sha256(second.parameters()))
        .isEqualTo(FixtureExamples.sha256(whole.parameters()));
  }

  @Test
  void fineTunesAtOnceHaveTheBitsOfOneAfterTheOther() throws Exception {
    List<Callable<String>> tasks = new ArrayList<>();
    List<String> oneByOne = new ArrayList<>();
    for (int seed = 0; seed < 4; seed++) {
      LocalRun run = LocalRun.ofSeed(seed);
      tasks.add(() -> hash(FineTuner.train(model, LORA, start, EXAMPLES, ADAMW, run)));
      oneByOne.add(tasks.get(seed).call());
    }
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      List<String> atOnce = new ArrayList<>();
      for (Future<String> result : pool.invokeAll(tasks)) {
        atOnce.add(result.get());
      }
      assertThat(atOnce).isEqualTo(oneByOne).doesNotHaveDuplicates();
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void theBitsDoNotDependOnHowManyWorkersComputeAStep() {
    LoraConfig dropout = LORA.withDropout(0.3);
    for (LoraConfig lora : List.of(LORA, dropout)) {
      FineTuneConfig steps = ADAMW.withBatchSize(EXAMPLES.size()).withTokenBudget(16);
      String alone = hash(lora, steps, 1);
      assertThat(hash(lora, steps, 2)).isEqualTo(alone);
      assertThat(hash(lora, steps, 3)).isEqualTo(alone);
    }
  }

  @Test
  void nativeMemoryIsFreedWithTheTask() {
    FineTuner.train(model, LORA, start, EXAMPLES, ADAMW, LocalRun.ofSeed(1));
    int held = model.heldCount();
    FineTuner.train(model, LORA, start, EXAMPLES, ADAMW, LocalRun.ofSeed(2));
    HeldOutLoss.defaults().evaluate(model, new Adapter(LORA, start), EXAMPLES);
    assertThat(model.heldCount()).isEqualTo(held);
  }

  @Test
  void aStepIsClippedToTheGlobalNorm() {
    NamedTensors clipped = gradient(GRADIENT.withClipNorm(OptionalDouble.of(0.01)));
    double[] square = new double[1];
    clipped.forEach(
        (name, values) -> {
          for (float v : values) {
            square[0] += (double) v * v;
          }
        });
    assertThat(Math.sqrt(square[0])).isCloseTo(0.01, within(1e-5));
  }

  @Test
  void aGradientTermPullsTowardsItsReference() {
    NamedTensors reference = start.zerosLike();
    NamedTensors plain = gradient(GRADIENT);
    NamedTensors pulled =
        start.minus(
            train(
                    LORA,
                    GRADIENT,
                    LocalRun.ofSeed(1).withGradientTerm(g -> g.addDifference(0.5, reference)))
                .parameters());
    NamedTensors term = pulled.minus(plain);
    String name = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight";
    for (int i = 0; i < 8; i++) {
      assertThat(term.values(name)[i]).isCloseTo(0.5f * start.values(name)[i], within(1e-5f));
    }
  }

  @Test
  void countsAreThoseOfTheExamples() {
    List<StepReport> reports = new ArrayList<>();
    FineTuneResult result = train(LORA, ADAMW, LocalRun.ofSeed(1).withListener(reports::add));
    assertThat(result.outcome()).isEqualTo(Outcome.COMPLETED);
    assertThat(result.steps()).isEqualTo(6);
    assertThat(reports).extracting(StepReport::examples).containsExactly(3, 3, 1, 3, 3, 1);
    assertThat(result.examplesSeen()).isEqualTo(14);
    assertThat(result.tokensSeen())
        .isEqualTo(2 * EXAMPLES.stream().mapToLong(TokenizedExample::length).sum());
    assertThat(result.trainedTokens())
        .isEqualTo(2 * EXAMPLES.stream().mapToLong(TokenizedExample::trainedTokens).sum());
    assertThat(reports.get(5).meanLoss()).isEqualTo(result.lastLoss());
  }

  @Test
  void theStopSignalEndsBetweenSteps() {
    int[] asked = new int[1];
    FineTuneResult result = train(LORA, ADAMW, LocalRun.ofSeed(1).withStop(() -> asked[0]++ == 2));
    assertThat(result.outcome()).isEqualTo(Outcome.STOPPED_EARLY);
    assertThat(result.steps()).isEqualTo(2);
  }

  @Test
  void aLossThatIsNotFiniteEndsWithTheParametersBefore() {
    NamedTensors broken = FixtureExamples.randomLike(start, 1e30, 4);
    FineTuneResult result =
        FineTuner.train(model, LORA, broken, EXAMPLES, ADAMW, LocalRun.ofSeed(1));
    assertThat(result.outcome()).isEqualTo(Outcome.LOSS_NOT_FINITE);
    assertThat(result.steps()).isZero();
    assertThat(result.lastLoss()).isNaN();
    assertThat(FixtureExamples.sha256(result.parameters()))
        .isEqualTo(FixtureExamples.sha256(broken));
  }

  @Test
  void examplesThatCannotBeTrainedAreNamed() {
    assertRefused(List.of(), "Missing examples: a fine-tune needs at least one");
    assertRefused(
        example(new int[] {4, 5}, new int[] {4, -100}),
        "Invalid example e: none of its 2 tokens is trained; leave it out when preparing the data");
    assertRefused(
        example(new int[] {4, 128}, new int[] {4, 5}),
        "Invalid example e: token 128 at position 1 is not of the model's vocabulary of 128; prepare the data with this model's tokenizer");
    assertRefused(
        example(new int[] {4, 5}, new int[] {4, -1}),
        "Invalid example e: label -1 at position 1 is not of the model's vocabulary of 128; prepare the data with this model's tokenizer");
    assertRefused(
        example(new int[129], new int[129]),
        "Invalid example e: 129 tokens, the model's context holds 128; prepare the data with a shorter maximum length");
  }

  @Test
  void stateOfAnotherOptimizerIsRefused() {
    FineTuneResult result = train(LORA, ADAMW, LocalRun.ofSeed(1));
    LocalRun run = LocalRun.ofSeed(1).withOptimizerState(result.optimizerState());
    assertThatThrownBy(() -> train(LORA, GRADIENT, run))
        .isInstanceOf(LlmException.class)
        .hasMessage("Invalid optimizer state: it holds [exp_avg, exp_avg_sq], Sgd has []");
  }

  private static void assertRefused(List<TokenizedExample> examples, String message) {
    assertThatThrownBy(
            () -> FineTuner.train(model, LORA, start, examples, ADAMW, LocalRun.ofSeed(1)))
        .isInstanceOf(InvalidExamplesException.class)
        .hasMessage(message);
  }

  private static List<TokenizedExample> example(int[] ids, int[] labels) {
    return List.of(new TokenizedExample("e", ids, labels));
  }

  private static double meanLossAt(String name, int coordinate, double shift) {
    NamedTensors moved = start.copy();
    moved.values(name)[coordinate] += (float) shift;
    return HeldOutLoss.defaults().evaluate(model, new Adapter(LORA, moved), EXAMPLES).mean();
  }

  private static NamedTensors gradient(FineTuneConfig config) {
    return gradient(LORA, config);
  }

  private static NamedTensors gradient(LoraConfig lora, FineTuneConfig config) {
    return start.minus(train(lora, config, LocalRun.ofSeed(1)).parameters());
  }

  private static String hash(LoraConfig lora, FineTuneConfig config) {
    return hash(train(lora, config, LocalRun.ofSeed(1)));
  }

  private static String hash(LoraConfig lora, FineTuneConfig config, int workers) {
    return hash(train(lora, config, LocalRun.ofSeed(1).withWorkers(workers)));
  }

  private static String hash(FineTuneResult result) {
    return FixtureExamples.sha256(result.parameters());
  }

  private static FineTuneResult train(LoraConfig lora, FineTuneConfig config, LocalRun run) {
    return FineTuner.train(model, lora, start, EXAMPLES, config, run);
  }

  private static int indexOfLargest(float[] values) {
    int largest = 0;
    for (int i = 1; i < values.length; i++) {
      largest = Math.abs(values[i]) > Math.abs(values[largest]) ? i : largest;
    }
    return largest;
  }
}
