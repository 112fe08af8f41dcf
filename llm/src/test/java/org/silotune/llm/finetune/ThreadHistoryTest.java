package org.silotune.llm.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.pytorch.jni.JniUtils;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.silotune.llm.adapter.LoraConfig;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.FixtureModels;
import org.silotune.llm.tensor.NamedTensors;
import org.silotune.llm.tokenizer.TokenizedExample;

/**
 * A task's thread comes from a pool and has worked for others before: whatever they left set, the
 * parameters that it trains are those of a fresh thread.
 */
final class ThreadHistoryTest {

  /** Tensors large enough for the engine to cut the sum of their squares, a part a thread. */
  private static final LoraConfig LORA = new LoraConfig(256, 16, 0, List.of("down_proj"));

  private static final List<TokenizedExample> EXAMPLES = FixtureExamples.draw(6, 5);

  private static final FineTuneConfig CONFIG =
      FineTuneConfig.defaults()
          .withOptimizer(OptimizerConfig.Sgd.defaults())
          .withLearningRate(0.1)
          .withClipNorm(OptionalDouble.of(0.01)) // the sum of squares is in every step
          .withLength(new TrainingLength.Steps(2))
          .withBatchSize(EXAMPLES.size())
          .withTokenBudget(32);

  private static DecoderModel model;
  private static NamedTensors start;

  @BeforeAll
  static void load() {
    model = FixtureModels.bundled();
    start = FixtureExamples.randomLike(LORA.initialise(model, 1), 0.1, 2);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void aSpoiledThreadTrainsTheBitsOfAFreshOne() throws Exception {
    String fresh = onThread(() -> train(CONFIG, 1));
    for (int workers : new int[] {1, 2}) {
      for (boolean flag : new boolean[] {true, false}) {
        String spoiled =
            onThread(
                () -> {
                  JniUtils.setNumThreads(2);
                  JniUtils.setGraphExecutorOptimize(flag);
                  JniUtils.setGradMode(flag);
                  return train(CONFIG, workers);
                });
        assertThat(spoiled).as("%d workers, flags %s", workers, flag).isEqualTo(fresh);
      }
    }
    // There are processors on which the number of threads decides no bit of these steps (an EPYC
    // with AVX2 alone): what is equal there tells nothing, and is not counted as passed.
    assumeThat(onThread(() -> train(CONFIG.withThreads(2), 1)))
        .as("what two threads compute here, beside one")
        .isNotEqualTo(fresh);
  }

  private static String train(FineTuneConfig config, int workers) {
    LocalRun run = LocalRun.ofSeed(1).withWorkers(workers);
    return FixtureExamples.sha256(
        FineTuner.train(model, LORA, start, EXAMPLES, config, run).parameters());
  }

  private static <T> T onThread(Callable<T> work) throws Exception {
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try {
      return pool.submit(work).get();
    } finally {
      pool.shutdown();
    }
  }
}
