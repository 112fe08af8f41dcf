package org.silotune.llm.plan;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.silotune.llm.LlmException;
import org.silotune.llm.adapter.LoraConfig;
import org.silotune.llm.checkpoint.source.BaseFormat;
import org.silotune.llm.checkpoint.source.SourceProgress;
import org.silotune.llm.finetune.Checkpointing;
import org.silotune.llm.finetune.FineTuneConfig;
import org.silotune.llm.finetune.FineTuner;
import org.silotune.llm.finetune.LocalRun;
import org.silotune.llm.finetune.TrainingLength;
import org.silotune.llm.model.ComputeType;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.ModelLoader;
import org.silotune.llm.model.ModelOptions;
import org.silotune.llm.tokenizer.TokenizedExample;

/** A process of its own that fine-tunes and says what it should have taken and what it took. */
final class FineTuneProcess {

  private static final int STEPS = 3;

  private FineTuneProcess() {}

  /**
   * What is trained, as the process' arguments.
   *
   * @param micro tokens of a micro-batch, which is one example or more of {@code length}
   * @param batches micro-batches of a step
   */
  record Setting(
      Path model,
      Path cache,
      BaseFormat base,
      ComputeType compute,
      Checkpointing checkpointing,
      int length,
      int micro,
      int batches,
      int workers) {

    /** Returns the setting on one worker. */
    static Setting of(
        Path model,
        Path cache,
        BaseFormat base,
        ComputeType compute,
        Checkpointing checkpointing,
        int length,
        int micro) {
      return new Setting(model, cache, base, compute, checkpointing, length, micro, 1, 1);
    }

    Setting onWorkers(int v) {
      return new Setting(model, cache, base, compute, checkpointing, length, micro, v, v);
    }

    private List<String> arguments() {
      return List.of(
          model.toString(),
          cache.toString(),
          base.name(),
          compute.name(),
          checkpointing.name(),
          Integer.toString(length),
          Integer.toString(micro),
          Integer.toString(batches),
          Integer.toString(workers));
    }

    private static Setting parse(String[] a) {
      return new Setting(
          Path.of(a[0]),
          Path.of(a[1]),
          BaseFormat.valueOf(a[2]),
          ComputeType.valueOf(a[3]),
          Checkpointing.valueOf(a[4]),
          Integer.parseInt(a[5]),
          Integer.parseInt(a[6]),
          Integer.parseInt(a[7]),
          Integer.parseInt(a[8]));
    }

    @Override
    public String toString() {
      return "%s base, %s, checkpointing %s, %d x %d tokens, examples of %d, %d workers"
          .formatted(base.label(), compute.label(), checkpointing, batches, micro, length, workers)
          .toLowerCase(Locale.ROOT);
    }
  }

  /** Runs a setting in a process of its own, begun by {@code launcher}, and returns its output. */
  static String run(Setting setting, List<String> launcher, List<String> options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(launcher);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            FineTuneProcess.class.getName()));
    command.addAll(setting.arguments());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }

  /**
   * What a process said of its memory.
   *
   * @param predicted bytes at most, before the first step
   * @param measured VmHWM after the last one
   */
  record Peaks(long predicted, long measured) {

    private static final Pattern SAID = Pattern.compile("predicted (\\d+) measured (\\d+)");

    static Peaks of(String output) {
      Matcher said = SAID.matcher(output);
      if (!said.find()) {
        throw new AssertionError("The process did not train: " + output);
      }
      return new Peaks(Long.parseLong(said.group(1)), Long.parseLong(said.group(2)));
    }

    /** Returns by how much of the measured peak the prediction is off. */
    double error() {
      return (double) predicted / measured - 1;
    }
  }

  /** Trains, and prints {@code predicted N measured M} or {@code failed: MESSAGE}. */
  public static void main(String[] arguments) {
    Setting setting = Setting.parse(arguments);
    ModelOptions options = new ModelOptions(setting.base(), setting.compute());
    try (DecoderModel model =
        ModelLoader.load(setting.model(), setting.cache(), options, SourceProgress.none())) {
      LoraConfig lora = LoraConfig.defaults();
      FineTuneConfig config =
          FineTuneConfig.defaults()
              .withBatchSize(setting.batches() * setting.micro() / setting.length())
              .withTokenBudget(setting.micro())
              .withCheckpointing(setting.checkpointing())
              .withLength(new TrainingLength.Steps(STEPS));
      LocalRun run = LocalRun.ofSeed(1).withWorkers(setting.workers());
      TrainingShape shape =
          config.shape(
              TrainedModel.of(model, lora), setting.length(), setting.workers(), run.memory());
      MemoryPlan plan = TrainingMemory.plan(TrainedModel.of(model, lora), shape, 1);
      FineTuner.train(
          model, lora, lora.initialise(model, 1), examples(setting, config, model), config, run);
      System.out.printf(
          Locale.ROOT,
          "predicted %d measured %d%n",
          plan.peakBytes(),
          ProcessMemory.peakResidentBytes().orElseThrow());
    } catch (LlmException e) {
      System.out.println("failed: " + e.getMessage());
    }
  }

  private static List<TokenizedExample> examples(
      Setting setting, FineTuneConfig config, DecoderModel model) {
    int[] ids = new int[setting.length()];
    Arrays.setAll(ids, i -> (i * 7919 + 13) % model.config().vocabularySize());
    return Collections.nCopies(config.batchSize(), new TokenizedExample("example", ids, ids));
  }
}
