package org.silotune.llm.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.silotune.llm.adapter.LoraConfig;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.ModelLoader;
import org.silotune.llm.tensor.NamedTensors;
import org.silotune.llm.testing.ChildJvm;
import org.silotune.llm.tokenizer.TokenizedExample;

/**
 * 20,000 steps a task, two tasks a process, two processes, garbage collections all the time. What
 * reads memory that was freed would not have the same bits four times: one of the processes
 * overwrites what it frees.
 */
@Tag("stress")
final class LongRunTest {

  private static final int FINE_TUNES = 20;
  private static final int STEPS = 1000;

  @Test
  void twentyThousandStepsEndWithTheSameBitsEverywhere() throws Exception {
    List<String> options = List.of("-Xmx128m", "-XX:+UseSerialGC");
    ChildJvm plain = ChildJvm.start(Steps.class, options, Map.of());
    ChildJvm overwriting = ChildJvm.start(Steps.class, options, Map.of("MALLOC_PERTURB_", "165"));
    List<String> hashes = new ArrayList<>(hashes(plain));
    hashes.addAll(hashes(overwriting));
    assertThat(hashes).hasSize(4);
    assertThat(hashes).containsOnly(hashes.get(0));
  }

  private static List<String> hashes(ChildJvm process) throws Exception {
    List<String> lines = process.output();
    lines.forEach(System.out::println);
    return lines.stream()
        .filter(line -> line.startsWith(Steps.HASH))
        .map(line -> line.substring(Steps.HASH.length()))
        .toList();
  }

  /** The process. */
  static final class Steps {

    static final String HASH = "parameters ";

    private static final Path MODEL = Path.of("src/test/resources/golden/models/llama");
    private static final LoraConfig LORA =
        new LoraConfig(4, 8, 0.1, List.of("q_proj", "v_proj", "down_proj"));
    private static final List<TokenizedExample> EXAMPLES = FixtureExamples.draw(7, 5);

    private Steps() {}

    public static void main(String[] arguments) throws Exception {
      Thread collector = new Thread(Steps::collect, "collector");
      collector.setDaemon(true);
      collector.start();
      ExecutorService pool = Executors.newFixedThreadPool(2);
      try (DecoderModel model = ModelLoader.load(MODEL, Path.of("target/long-run"))) {
        List<Callable<String>> tasks = List.of(() -> task(model), () -> task(model));
        for (Future<String> hash : pool.invokeAll(tasks)) {
          System.out.println(HASH + hash.get());
        }
      } finally {
        pool.shutdown();
      }
    }

    /** Fine-tunes that go on one from the other, half of them recomputing layers. */
    private static String task(DecoderModel model) {
      NamedTensors parameters = LORA.initialise(model, 1);
      Optional<OptimizerState> state = Optional.empty();
      for (int part = 0; part < FINE_TUNES; part++) {
        FineTuneConfig config =
            FineTuneConfig.defaults()
                .withLength(new TrainingLength.Steps(STEPS))
                .withBatchSize(1)
                .withTokenBudget(24)
                .withLossChunk(8)
                .withCheckpointing(part % 2 == 0 ? Checkpointing.OFF : Checkpointing.ON);
        LocalRun run = LocalRun.ofSeed(part);
        FineTuneResult result =
            FineTuner.train(
                model,
                LORA,
                parameters,
                EXAMPLES,
                config,
                state.map(run::withOptimizerState).orElse(run));
        parameters = result.parameters();
        state = Optional.of(result.optimizerState());
      }
      return FixtureExamples.sha256(parameters);
    }

    private static void collect() {
      while (true) {
        System.gc();
        try {
          Thread.sleep(100);
        } catch (InterruptedException e) {
          return;
        }
      }
    }
  }
}
