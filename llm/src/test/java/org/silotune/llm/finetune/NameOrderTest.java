package org.silotune.llm.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.llm.adapter.Adapter;
import org.silotune.llm.adapter.AdapterCheckpoint;
import org.silotune.llm.adapter.LoraConfig;
import org.silotune.llm.checkpoint.SafetensorsFile;
import org.silotune.llm.checkpoint.TensorSource;
import org.silotune.llm.model.BaseModelRef;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.FixtureModels;
import org.silotune.llm.model.ModelLoader;
import org.silotune.llm.tensor.NamedTensors;
import org.silotune.llm.tokenizer.TokenizedExample;

/** Names decide the order of everything: in whichever order it was given, the bits are the same. */
final class NameOrderTest {

  private static final String FAMILY = "llama";
  private static final List<TokenizedExample> EXAMPLES = FixtureExamples.draw(7, 5);
  private static final FineTuneConfig CONFIG =
      FineTuneConfig.defaults()
          .withLearningRate(1e-2)
          .withLength(new TrainingLength.Epochs(2))
          .withBatchSize(3)
          .withTokenBudget(32);
  private static final LoraConfig LORA = LoraConfig.defaults().withDropout(0.2);

  @TempDir private Path folder;

  @Test
  void theOrderThatTensorsWereGivenInChangesNoBit() {
    try (DecoderModel model = FixtureModels.load(FAMILY)) {
      NamedTensors start = FixtureExamples.randomLike(LORA.initialise(model, 1), 0.1, 2);
      String expected = train(model, LORA, start);

      for (int seed = 0; seed < 3; seed++) {
        List<String> names = new ArrayList<>(start.names());
        Collections.shuffle(names, new Random(seed));
        NamedTensors.Builder builder = NamedTensors.builder();
        names.forEach(name -> builder.put(name, start.shape(name), start.values(name).clone()));
        assertThat(train(model, LORA, builder.build())).as("%s", names).isEqualTo(expected);
      }
    }
  }

  @Test
  void theOrderOfTargetModulesChangesNoByteOfTheAdapter() throws IOException {
    try (DecoderModel model = FixtureModels.load(FAMILY)) {
      Path expected = adapter(model, LORA, "expected");
      for (List<String> targets :
          List.of(
              List.of("k_proj", "o_proj", "v_proj", "q_proj"),
              List.of("v_proj", "q_proj", "o_proj", "k_proj", "v_proj"))) {
        Path permuted = adapter(model, LORA.withTargetModules(targets), targets.get(0));
        for (String file : List.of("adapter_config.json", "adapter_model.safetensors")) {
          assertThat(permuted.resolve(file)).hasSameBinaryContentAs(expected.resolve(file));
        }
      }
    }
  }

  @Test
  void theOrderOfTensorsInTheModelsFileChangesNoBit() throws IOException {
    Path file = FixtureModels.folder(FAMILY).resolve("model.safetensors");
    Path reversed = Files.write(folder.resolve("reversed.safetensors"), reversed(file));
    assertThat(trained(reversed)).isEqualTo(trained(file));
  }

  private Path adapter(DecoderModel model, LoraConfig lora, String name) throws IOException {
    NamedTensors trained =
        FineTuner.train(
                model, lora, lora.initialise(model, 1), EXAMPLES, CONFIG, LocalRun.ofSeed(1))
            .parameters();
    Path target = Files.createDirectory(folder.resolve(name));
    AdapterCheckpoint.write(target, new Adapter(lora, trained), model);
    return target;
  }

  private static String train(DecoderModel model, LoraConfig lora, NamedTensors start) {
    return FixtureExamples.sha256(
        FineTuner.train(model, lora, start, EXAMPLES, CONFIG, LocalRun.ofSeed(1)).parameters());
  }

  private static String trained(Path file) {
    try (TensorSource source = SafetensorsFile.open(file);
        DecoderModel model =
            ModelLoader.load(
                new BaseModelRef(FAMILY, "0".repeat(64)),
                FixtureModels.config(FAMILY, "config.json"),
                source)) {
      return train(model, LORA, LORA.initialise(model, 1));
    }
  }

  /** The same file, but its header names the tensors in the opposite order. */
  private static byte[] reversed(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int length = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    ObjectMapper json = new ObjectMapper();
    JsonNode header = json.readTree(bytes, Long.BYTES, length);
    List<String> names = new ArrayList<>();
    header.fieldNames().forEachRemaining(names::add);
    Collections.reverse(names);
    ObjectNode turned = json.createObjectNode();
    names.forEach(name -> turned.set(name, header.get(name)));
    byte[] text = json.writeValueAsBytes(turned);
    Arrays.fill(bytes, Long.BYTES, Long.BYTES + length, (byte) ' ');
    System.arraycopy(text, 0, bytes, Long.BYTES, text.length);
    return bytes;
  }
}
