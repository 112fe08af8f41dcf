package org.silotune.llm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.silotune.llm.testing.TensorAssertions.assertCloseToScale;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.testing.Golden;
import org.silotune.llm.testing.GoldenTensors;

final class SequenceDecoderTest {

  private static final int VOCABULARY = 128;

  @ParameterizedTest
  @ValueSource(strings = {"llama", "llama3", "mistral", "qwen2", "qwen3", "gemma3", "gpt2"})
  void tokenByTokenLogitsEqualTheReferenceOfTheWholeSequence(String family) {
    GoldenTensors golden = golden(family);
    int[] ids = golden.ints("input_ids.2");
    float[] expected = golden.floats("logits.2");
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = FixtureModels.load(family);
        NativeScope scope = model.openTask(thread);
        SequenceDecoder decoder = decoder(model, scope)) {
      for (int promptLength : new int[] {1, 5, 12}) {
        SequenceDecoder.Sequence sequence = decoder.open(ids.length);
        for (int end = promptLength; end <= ids.length; end++) {
          int[] tokens = Arrays.copyOfRange(ids, sequence.length(), end);
          assertCloseToScale(
              "%s, prompt of %d, token %d".formatted(family, promptLength, end),
              decoder.feed(List.of(sequence), List.of(tokens))[0],
              row(expected, end - 1),
              1e-4);
        }
        assertThat(sequence.length()).isEqualTo(ids.length);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "mistral", "gemma3", "gpt2"})
  void sequencesThatJoinAtDifferentStepsDoNotDisturbEachOther(String family) {
    GoldenTensors golden = golden(family);
    int[] first = golden.ints("input_ids.2");
    int[] second = golden.ints("input_ids.1");
    float[] firstLogits = golden.floats("logits.2");
    float[] secondLogits = golden.floats("logits.1");
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = FixtureModels.load(family);
        NativeScope scope = model.openTask(thread);
        SequenceDecoder decoder = decoder(model, scope)) {
      SequenceDecoder.Sequence a = decoder.open(first.length);
      SequenceDecoder.Sequence b = decoder.open(second.length);
      decoder.feed(List.of(a), List.of(Arrays.copyOf(first, 10)));
      float[][] joined =
          decoder.feed(List.of(b, a), List.of(Arrays.copyOf(second, 4), at(first, 10)));
      assertCloseToScale("b", joined[0], row(secondLogits, 3), 1e-4);
      assertCloseToScale("a", joined[1], row(firstLogits, 10), 1e-4);
      float[][] next = decoder.feed(List.of(a, b), List.of(at(first, 11), at(second, 4)));
      assertCloseToScale("a", next[0], row(firstLogits, 11), 1e-4);
      assertCloseToScale("b", next[1], row(secondLogits, 4), 1e-4);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "mistral", "gemma3", "gpt2"})
  void memoryThatGrowsGivesTheBitsOfMemoryThatWasThereAtOnce(String family) {
    int[] ids = golden(family).ints("input_ids.2");
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = FixtureModels.load(family);
        NativeScope scope = model.openTask(thread);
        SequenceDecoder decoder = decoder(model, scope);
        SequenceDecoder small =
            new SequenceDecoder(
                model.forward(BoundAdapter.none()),
                scope,
                1,
                SequenceDecoder.PASS_TOKENS,
                tokens -> {})) {
      for (int promptLength : new int[] {1, 5}) {
        SequenceDecoder.Sequence whole = decoder.open(ids.length);
        SequenceDecoder.Sequence grown = small.open(ids.length);
        for (int end = promptLength; end <= ids.length; end++) {
          List<int[]> tokens = List.of(Arrays.copyOfRange(ids, grown.length(), end));
          assertThat(small.feed(List.of(grown), tokens)[0])
              .isEqualTo(decoder.feed(List.of(whole), tokens)[0]);
        }
      }
    }
  }

  @Test
  void sequencesFedInSeveralPassesEachHaveTheirOwnLogits() {
    GoldenTensors golden = golden("llama");
    int[][] ids = {golden.ints("input_ids.2"), golden.ints("input_ids.1")};
    float[][] expected = {golden.floats("logits.2"), golden.floats("logits.1")};
    int count = 2 * SequenceDecoder.PASS_TOKENS / (ids[0].length + ids[1].length) * 2 + 3;
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = FixtureModels.load("llama");
        NativeScope scope = model.openTask(thread);
        SequenceDecoder decoder = decoder(model, scope)) {
      List<SequenceDecoder.Sequence> sequences = new ArrayList<>();
      List<int[]> starts = new ArrayList<>();
      List<int[]> ends = new ArrayList<>();
      for (int s = 0; s < count; s++) {
        int[] of = ids[s % 2];
        sequences.add(decoder.open(of.length));
        starts.add(Arrays.copyOf(of, of.length - 1));
        ends.add(at(of, of.length - 1));
      }
      float[][] first = decoder.feed(sequences, starts);
      SequenceDecoder.Likeliest[] chosen = decoder.feedGreedy(sequences, ends, VOCABULARY);
      for (int s = 0; s < count; s++) {
        int end = ids[s % 2].length - 1;
        assertCloseToScale("sequence " + s, first[s], row(expected[s % 2], end - 1), 1e-4);
        assertThat(chosen[s].id()).as("sequence %d", s).isEqualTo(chosen[s % 2].id());
      }
    }
  }

  /** Prompts, continuations and steps longer than a pass; windows and positions go on. */
  @ParameterizedTest
  @ValueSource(strings = {"llama", "mistral", "gemma3", "gpt2"})
  void noPassHasMoreTokensThanItsBoundWhateverIsAsked(String family) {
    GoldenTensors golden = golden(family);
    int[] a = golden.ints("input_ids.2");
    int[] b = golden.ints("input_ids.1");
    List<Integer> passes = new ArrayList<>();
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = FixtureModels.load(family);
        NativeScope scope = model.openTask(thread);
        SequenceDecoder whole = decoder(model, scope);
        SequenceDecoder cut =
            new SequenceDecoder(
                model.forward(BoundAdapter.none()), scope, 4, /* passTokens= */ 5, passes::add)) {
      SequenceDecoder.Sequence first = cut.open(a.length);
      SequenceDecoder.Sequence second = cut.open(b.length);
      float[][] logits = cut.feed(List.of(first, second), List.of(a, b));
      assertCloseToScale("a", logits[0], row(golden.floats("logits.2"), a.length - 1), 1e-4);
      assertCloseToScale("b", logits[1], row(golden.floats("logits.1"), b.length - 1), 1e-4);
      assertThat(passes.stream().mapToInt(p -> p).sum()).isEqualTo(a.length + b.length);
      assertThat(passes).hasSizeGreaterThan(3).allMatch(tokens -> tokens <= 5);

      passes.clear();
      int[] targets = Arrays.copyOfRange(a, 1, a.length);
      int[] tokens = Arrays.copyOf(a, a.length - 1);
      List<SequenceDecoder.TargetScore[]> scores = new ArrayList<>();
      for (SequenceDecoder decoder : List.of(whole, cut)) {
        SequenceDecoder.Sequence start = decoder.open(3);
        decoder.feed(List.of(start), List.of(Arrays.copyOf(tokens, 3)));
        passes.clear();
        int[] rest = Arrays.copyOfRange(tokens, 3, tokens.length);
        int[] restTargets = Arrays.copyOfRange(targets, 3, targets.length);
        List<SequenceDecoder.Branch> branches =
            List.of(
                new SequenceDecoder.Branch(start, at(rest, 0), at(restTargets, 0)),
                new SequenceDecoder.Branch(start, rest, restTargets),
                new SequenceDecoder.Branch(start, at(rest, 0), at(restTargets, 0)));
        scores.addAll(decoder.score(branches));
        assertThat(start.length()).isEqualTo(3);
      }
      assertThat(passes.stream().mapToInt(p -> p).sum()).isEqualTo(tokens.length - 3 + 2);
      assertThat(passes).allMatch(count -> count <= 5);
      for (int i = 0; i < 3; i++) {
        assertThat(scores.get(3 + i)).hasSameSizeAs(scores.get(i));
        for (int t = 0; t < scores.get(i).length; t++) {
          assertThat(scores.get(3 + i)[t].logProbability())
              .isCloseTo(scores.get(i)[t].logProbability(), within(1e-4));
        }
      }
    }
  }

  @Test
  void memoryIsWhatTheTokensNeedNotWhatTheyMayBecome() {
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = FixtureModels.load("llama");
        NativeScope scope = model.openTask(thread);
        SequenceDecoder decoder = decoder(model, scope)) {
      SequenceDecoder.Sequence sequence = decoder.open(100);
      List<Integer> rows = new ArrayList<>(List.of(sequence.rows()));
      decoder.feed(List.of(sequence), List.of(new int[64]));
      rows.add(sequence.rows());
      decoder.feed(List.of(sequence), List.of(new int[1]));
      rows.add(sequence.rows());
      assertThat(rows).containsExactly(0, 64, 128);
    }
  }

  @Test
  void stepsLeaveNothingBehindAndAClosedSequenceFreesItsMemory() {
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = FixtureModels.load("llama");
        NativeScope scope = model.openTask(thread);
        SequenceDecoder decoder = decoder(model, scope)) {
      int before = decoder.heldCount();
      List<Integer> held = new ArrayList<>();
      try (SequenceDecoder.Sequence sequence = decoder.open(100)) {
        for (int step = 0; step < 100; step++) {
          decoder.feed(List.of(sequence), List.of(new int[] {step}));
          held.add(decoder.heldCount());
        }
      }
      assertThat(held).containsOnly(held.get(0));
      assertThat(decoder.heldCount()).isEqualTo(before);
    }
  }

  @Test
  void tokensThatDoNotFitAreRefused() {
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = FixtureModels.load("llama");
        NativeScope scope = model.openTask(thread);
        SequenceDecoder decoder = decoder(model, scope)) {
      SequenceDecoder.Sequence sequence = decoder.open(3);
      decoder.feed(List.of(sequence), List.of(new int[] {1, 2}));
      assertThatThrownBy(() -> decoder.feed(List.of(sequence), List.of(new int[0])))
          .hasMessage("Invalid new tokens: none; a feed has at least one");
      assertThatThrownBy(() -> decoder.feed(List.of(sequence), List.of(new int[] {128})))
          .hasMessage("Invalid token 128: not of the model's vocabulary of 128");
      decoder.feed(List.of(sequence), List.of(new int[] {3}));
      assertThatThrownBy(() -> decoder.feed(List.of(sequence), List.of(new int[] {4})))
          .hasMessage("Invalid new tokens: 1 for a sequence of 3 with room for 3");
      assertThatThrownBy(() -> decoder.open(129))
          .hasMessage("Invalid sequence capacity 129: the model's context holds 128");
    }
  }

  private static SequenceDecoder decoder(DecoderModel model, NativeScope scope) {
    return new SequenceDecoder(model.forward(BoundAdapter.none()), scope);
  }

  private static int[] at(int[] ids, int position) {
    return new int[] {ids[position]};
  }

  private static float[] row(float[] logits, int row) {
    return Arrays.copyOfRange(logits, row * VOCABULARY, (row + 1) * VOCABULARY);
  }

  private static GoldenTensors golden(String family) {
    return GoldenTensors.read(Golden.path("models/" + family + "/expected.safetensors"));
  }
}
