package org.silotune.llm.finetune;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.llm.adapter.Adapter;
import org.silotune.llm.adapter.AdapterCheckpoint;
import org.silotune.llm.adapter.LoraConfig;
import org.silotune.llm.checkpoint.SafetensorsWriter;
import org.silotune.llm.model.BoundAdapter;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.FixtureModels;
import org.silotune.llm.model.Forward;
import org.silotune.llm.model.TokenBatch;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.tensor.NamedTensors;
import org.silotune.llm.testing.GoldenReport;
import org.silotune.llm.tokenizer.TokenizedExample;

/** Adapters that we train load with {@code PeftModel.from_pretrained} and give our logits there. */
@Tag("python")
final class PeftRoundTripTest {

  private static final double TOLERANCE = 1e-4;
  private static final List<String> FAMILIES =
      List.of("llama", "llama3", "mistral", "qwen2", "qwen3", "gemma3", "gpt2");
  private static final Path SCRIPT = Path.of("src/test/python/check_peft_adapter.py");

  private static final GoldenReport REPORT = GoldenReport.of(PeftRoundTripTest.class);

  @Test
  void everyFamilysAdapterGivesOurLogitsInPeft(@TempDir Path folder) throws Exception {
    String python = System.getenv().getOrDefault("SILOTUNE_PYTHON", "python3");
    List<String> command = new ArrayList<>(List.of(python, "-W", "ignore", SCRIPT.toString()));
    for (String family : FAMILIES) {
      Path adapter = folder.resolve(family);
      Path logits = folder.resolve(family + ".safetensors");
      trainAndWrite(family, adapter, logits);
      command.add("--case");
      command.add(FixtureModels.folder(family).toAbsolutePath().toString());
      command.add(adapter.toString());
      command.add(logits.toString());
    }
    List<String> output = run(command);
    assertThat(output).hasSizeGreaterThanOrEqualTo(FAMILIES.size());
    List<String> results = output.subList(output.size() - FAMILIES.size(), output.size());
    for (int i = 0; i < FAMILIES.size(); i++) {
      String[] result = results.get(i).split("\t", -1);
      assertThat(result[0]).isEqualTo(FAMILIES.get(i));
      REPORT.add(result[0], "our adapter loaded by PEFT", Double.parseDouble(result[1]), TOLERANCE);
    }
  }

  private static void trainAndWrite(String family, Path adapterFolder, Path logitsFile) {
    LoraConfig lora =
        new LoraConfig(
            4,
            8,
            /* dropout= */ 0.1,
            family.equals("gpt2")
                ? List.of("c_attn", "c_proj", "c_fc")
                : List.of("q_proj", "v_proj", "o_proj", "up_proj", "down_proj"));
    List<TokenizedExample> examples = FixtureExamples.draw(6, 5);
    try (DecoderModel model = FixtureModels.load(family)) {
      FineTuneConfig config =
          FineTuneConfig.defaults()
              .withLearningRate(2e-2)
              .withBatchSize(3)
              .withLength(new TrainingLength.Steps(8));
      FineTuneResult result =
          FineTuner.train(
              model, lora, lora.initialise(model, 7), examples, config, LocalRun.ofSeed(7));
      assertThat(result.steps()).isEqualTo(8);
      Adapter adapter = new Adapter(lora, result.parameters());
      AdapterCheckpoint.write(adapterFolder, adapter, model);
      Adapter read = AdapterCheckpoint.read(adapterFolder).adapter();
      SafetensorsWriter.write(logitsFile, logits(model, read, examples), Map.of());
    }
  }

  /** Returns {@code input_ids.i} and {@code logits.i} of examples concatenated. */
  private static NamedTensors logits(
      DecoderModel model, Adapter adapter, List<TokenizedExample> examples) {
    NamedTensors.Builder tensors = NamedTensors.builder();
    int vocabulary = model.config().vocabularySize();
    TokenBatch batch = TokenBatch.of(examples);
    try (ComputeThread thread = ComputeThread.enter(1);
        NativeScope scope = model.openTask(thread);
        BoundAdapter bound = adapter.config().load(scope, model, adapter.parameters())) {
      Forward forward = model.forward(bound);
      NativeTensor x = forward.run(scope, forward.input(scope, batch));
      long row = 0;
      for (int e = 0; e < examples.size(); e++) {
        int[] ids = examples.get(e).inputIds();
        float[] values = new float[ids.length];
        for (int i = 0; i < ids.length; i++) {
          values[i] = ids[i];
        }
        long[] rows = LongStream.range(row, row + ids.length).toArray();
        row += ids.length;
        tensors.put("input_ids." + e, new long[] {ids.length}, values);
        tensors.put(
            "logits." + e,
            new long[] {ids.length, vocabulary},
            forward.logits(scope, x, rows).toFloats());
      }
    }
    return tensors.build();
  }

  /** Runs the script, whose output stays beside the reports. */
  private static List<String> run(List<String> command) throws IOException, InterruptedException {
    Path outputFile = Path.of("target", "golden", "PeftRoundTripTest.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(outputFile.toFile())
            .start();
    int exit = process.waitFor();
    String output = Files.readString(outputFile, UTF_8);
    assertThat(exit).as("%s%n%s", command, output).isZero();
    return output.lines().toList();
  }
}
