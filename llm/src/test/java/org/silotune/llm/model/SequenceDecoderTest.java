package org.silotune.llm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silotune.llm.checkpoint.SafetensorsFile;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;

final class SequenceDecoderTest {

  private static final int STEPS = 24;

  /** Prompts of 3, 8 and 17 tokens that join one step after the other; windows are 6 and 8. */
  @ParameterizedTest
  @ValueSource(strings = {"llama", "llama3", "mistral", "qwen2", "qwen3", "gemma3", "gpt2"})
  void sequencesThatJoinLateContinueAsTheReferenceDoes(String family) {
    try (SafetensorsFile expected =
            SafetensorsFile.open(FixtureModels.folder(family).resolve("expected.safetensors"));
        ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = FixtureModels.load(family);
        NativeScope task = model.openTask(thread);
        SequenceDecoder decoder = new SequenceDecoder(model.forward(BoundAdapter.none()), task)) {
      List<SequenceDecoder.Sequence> open = new ArrayList<>();
      List<int[]> next = new ArrayList<>();
      List<List<Integer>> answers =
          List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
      for (int step = 0; step < STEPS + 2; step++) {
        if (step < 3) {
          open.add(decoder.open(17 + STEPS + 2));
          next.add(FixtureModels.ids(expected, "prompt." + step));
        }
        float[][] logits = decoder.feed(open, next);
        for (int i = 0; i < open.size(); i++) {
          int best = argmax(logits[i]);
          answers.get(i).add(best);
          next.set(i, new int[] {best});
        }
      }
      for (int i = 0; i < 3; i++) {
        int[] reference = FixtureModels.ids(expected, "greedy." + i);
        float[] margin = expected.floats("margin." + i);
        for (int t = 0; t < STEPS && margin[t] > 1e-3; t++) {
          assertThat(answers.get(i).get(t)).as("prompt %d, token %d", i, t).isEqualTo(reference[t]);
        }
      }
    }
  }

  @Test
  void aSequenceBeyondItsCapacityIsRefused() {
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = FixtureModels.load("llama");
        NativeScope task = model.openTask(thread);
        SequenceDecoder decoder = new SequenceDecoder(model.forward(BoundAdapter.none()), task)) {
      SequenceDecoder.Sequence sequence = decoder.open(2);
      assertThatThrownBy(() -> decoder.feed(List.of(sequence), List.of(new int[] {1, 2, 3})))
          .hasMessage("Invalid new tokens: 3 for a sequence of 0 with room for 2");
      assertThatThrownBy(() -> decoder.feed(List.of(sequence), List.of(new int[] {128})))
          .hasMessage("Invalid token 128: not of the model's vocabulary of 128");
    }
  }

  private static int argmax(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }
}
