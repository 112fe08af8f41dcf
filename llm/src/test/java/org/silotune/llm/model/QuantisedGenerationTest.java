package org.silotune.llm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.silotune.llm.testing.TensorAssertions.assertCloseToScale;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silotune.llm.checkpoint.source.BaseFormat;
import org.silotune.llm.checkpoint.source.SourceProgress;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;

/** Token by token on a quantised base against float32 on the values that it stands for. */
final class QuantisedGenerationTest {

  private static final List<int[]> FED =
      List.of(new int[] {3, 1, 4, 1, 5}, new int[] {9}, new int[] {26}, new int[] {5});

  @TempDir private static Path cache;

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2", "qwen3", "gemma3", "gpt2"})
  void logitsOfGgufBlocksHaveTheBitsOfTheirConversion(String family) {
    Path file = Path.of("src/test/resources/golden/source", family + ".gguf");
    try (DecoderModel blocks = open(file, BaseFormat.GGUF);
        DecoderModel converted = open(file, BaseFormat.FLOAT32)) {
      assertThat(logits(blocks)).usingRecursiveComparison().isEqualTo(logits(converted));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "gemma3", "gpt2"})
  void logitsOfCodesAreThoseOfTheirValues(String family) {
    for (BaseFormat base : List.of(BaseFormat.INT8, BaseFormat.NF4)) {
      try (DecoderModel codes = open(FixtureModels.folder(family), base);
          DecoderModel values = DequantisedModels.load(family, cache, base)) {
        List<float[]> expected = logits(values);
        List<float[]> actual = logits(codes);
        for (int i = 0; i < expected.size(); i++) {
          // products of one row may round by where their inputs lie in memory
          assertCloseToScale(
              "%s, feed %d".formatted(base, i), actual.get(i), expected.get(i), 1e-5);
        }
      }
    }
  }

  private static DecoderModel open(Path model, BaseFormat base) {
    return ModelLoader.load(
        model, cache, new ModelOptions(base, ComputeType.FLOAT32), SourceProgress.none());
  }

  private static List<float[]> logits(DecoderModel model) {
    List<float[]> logits = new ArrayList<>();
    try (ComputeThread thread = ComputeThread.enter(1);
        NativeScope scope = model.openTask(thread);
        SequenceDecoder decoder = new SequenceDecoder(model.forward(BoundAdapter.none()), scope)) {
      SequenceDecoder.Sequence sequence = decoder.open(16);
      for (int[] tokens : FED) {
        logits.add(decoder.feed(List.of(sequence), List.of(tokens))[0]);
      }
    }
    return logits;
  }
}
