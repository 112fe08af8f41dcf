package org.silotune.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.silotune.bench.BenchDefaults;
import org.silotune.bench.BenchExamples;
import org.silotune.bench.BenchShape;
import org.silotune.bench.TrainerBench;
import org.silotune.bench.TrainerBenchConfig;
import org.silotune.bench.TrainerBenchResult;
import org.silotune.cli.experiment.ConfigException;
import org.silotune.fed.client.DeviceKind;
import org.silotune.llm.finetune.Checkpointing;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.script.TensorDevice;
import org.silotune.prep.shard.Split;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The local trainer's speed and memory. */
@Command(
    name = "trainer",
    description =
        "Measures local fine-tunes: LoRA of rank 8 on q, k, v, o with AdamW, on random ids or prepared data.",
    footer = {
      "",
      "Examples:",
      "  silotune bench trainer --model smollm2-135m-instruct --batch 4 --length 256",
      "  silotune bench trainer --model smollm2-135m-instruct --dtype bfloat16 --base bfloat16 --json",
      "  silotune bench trainer --model tiny --data prepared --batch 8 --tokens 1024",
      "  silotune bench trainer --shape llama-7b --device gpu --dtype bfloat16 --batch 16 --length 512"
    })
final class BenchTrainerCommand extends Subcommand {

  private static final int WARM_UP = 2;

  @Mixin private BenchModel model;

  @Mixin private BenchPrecision precision;

  @Option(
      names = "--shape",
      paramLabel = "llama-1b|llama-7b",
      description = "A Llama of this shape with made-up weights, in the place of a model.")
  private @Nullable BenchShape shape;

  @Option(
      names = "--device",
      paramLabel = "cpu|gpu",
      defaultValue = "cpu",
      description =
          "What computes; gpu is the first that this process sees; default ${DEFAULT-VALUE}.")
  private DeviceKind device;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "A prepared folder; default random ids, every position trained.")
  private @Nullable String data;

  @Option(
      names = "--tokens",
      paramLabel = "N",
      description =
          "Token budget of a micro-batch; default a worker's share of a step, at most 1024.")
  private @Nullable Integer tokens;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "4",
      description = "Examples of a step, over all tasks; default ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--length",
      paramLabel = "N",
      defaultValue = "256",
      description = "Tokens of a random example; default ${DEFAULT-VALUE}.")
  private int length;

  @Option(
      names = "--checkpointing",
      paramLabel = "auto|on|off",
      defaultValue = "auto",
      description = "Whether layers are recomputed; default ${DEFAULT-VALUE}.")
  private Checkpointing checkpointing;

  @Option(
      names = "--tasks",
      paramLabel = "N",
      description = "Fine-tunes at once; default by core count.")
  private @Nullable Integer tasks;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Threads of a task that compute micro-batches; default by core count.")
  private @Nullable Integer workers;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of every operator; default by core count.")
  private @Nullable Integer threads;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "8",
      description = "Steps measured, after 2 that are not; default ${DEFAULT-VALUE}.")
  private int steps;

  BenchTrainerCommand(Console console) {
    super(console);
  }

  @Override
  ObjectNode execute() {
    TrainerBenchConfig config = config();
    try (var decoder = decoder()) {
      checkpointing.requireFits(precision.options());
      TrainerBench bench = new TrainerBench(decoder, precision.dtype(), config);
      if (data == null) {
        var random = BenchExamples.random(batch, length, decoder.config().vocabularySize());
        return report(config, bench.measure(random, List.of()));
      }
      String folder = Places.existing("--data", data);
      var rows = BenchExamples.prepared(folder, Split.TRAIN);
      int needed = batch * (WARM_UP + steps);
      if (rows.size() < needed) {
        throw new ConfigException(
            "Invalid --steps %d: %s has %d rows to train on, %d are needed"
                .formatted(steps, folder, rows.size(), needed));
      }
      var heldOut = BenchExamples.prepared(folder, Split.VALIDATION);
      return report(config, bench.measure(rows.subList(0, needed), heldOut));
    } catch (IllegalArgumentException e) {
      throw new ConfigException(e.getMessage());
    }
  }

  private DecoderModel decoder() {
    TensorDevice place =
        device == DeviceKind.GPU ? new TensorDevice.Gpu(0) : TensorDevice.processor();
    if (shape == null) {
      return precision.load(model.obtain(console), place);
    }
    if (model.isGiven()) {
      throw new ConfigException(
          "Invalid --model %s: --shape %s takes its place; give one of the two"
              .formatted(model.name(), shape.label()));
    }
    precision.requireMadeUp();
    return shape.make(precision.dtype(), place);
  }

  private TrainerBenchConfig config() {
    if (device == DeviceKind.AUTO) {
      throw new ConfigException("Invalid --device auto: a measurement has one; known: cpu, gpu");
    }
    BenchDefaults byCores =
        device == DeviceKind.GPU
            ? new BenchDefaults(1, 1, 1)
            : BenchDefaults.of(Runtime.getRuntime().availableProcessors());
    BenchDefaults chosen =
        new BenchDefaults(
            tasks != null ? tasks : byCores.tasks(),
            workers != null ? workers : byCores.workers(),
            threads != null ? threads : byCores.threads());
    int budget = tokens != null ? tokens : data != null ? 1024 : chosen.tokenBudget(batch, length);
    try {
      return new TrainerBenchConfig(
          batch,
          budget,
          checkpointing,
          chosen.tasks(),
          chosen.workers(),
          chosen.threads(),
          steps,
          WARM_UP);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(e.getMessage());
    }
  }

  private ObjectNode report(TrainerBenchConfig config, TrainerBenchResult result) {
    console.out(
        String.format(
            Locale.ROOT,
            "%.0f tokens/s, %.3f of the matrix peak (%.0f GFLOP/s), %.2f s a step, %.2f GB at most",
            result.tokensPerSecond(),
            result.flopsShare(),
            result.peakFlops() * 1e-9,
            result.stepSecondsMedian(),
            result.peakRssBytes() * 1e-9));
    var json = JSON.createObjectNode();
    json.put("bench", "trainer")
        .put("model", shape == null ? model.name() : shape.label())
        .put("device", label(device))
        .put("data", data == null ? "random" : data);
    if (shape == null) {
      precision.describe(json);
    } else {
      precision.describeMadeUp(json);
    }
    json.put("checkpointing", label(config.checkpointing()));
    json.put("recomputed", result.recomputed()).put("repeats", result.repeats());
    json.put("batch", config.batch());
    if (data == null) {
      json.put("length", length);
    }
    json.put("tokens", config.tokenBudget()).put("tasks", config.tasks());
    json.put("workers", config.workers()).put("threads", config.threads());
    json.put("steps", config.steps());
    json.put("tokens_per_second", result.tokensPerSecond());
    json.put("trained_tokens_per_second", result.trainedTokensPerSecond());
    json.put("examples_per_second", result.examplesPerSecond());
    json.put("flops_share", result.flopsShare());
    json.put("matrix_peak_flops", result.peakFlops());
    json.put("peak_rss_bytes", result.peakRssBytes());
    json.put("step_seconds_median", result.stepSecondsMedian());
    result.heldOutLoss().ifPresent(loss -> json.put("held_out_loss", loss));
    return json;
  }

  private static String label(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
