package org.silotune.llm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.silotune.llm.testing.TensorAssertions.assertCloseToScale;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.silotune.llm.checkpoint.source.BaseFormat;
import org.silotune.llm.model.SequenceDecoder.Branch;
import org.silotune.llm.model.SequenceDecoder.Likeliest;
import org.silotune.llm.model.SequenceDecoder.Sequence;
import org.silotune.llm.model.SequenceDecoder.TargetScore;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.testing.Golden;
import org.silotune.llm.testing.GoldenTensors;

/** The windows of mistral and gemma3 are shorter than the prefixes here. */
final class SharedPrefixDecodingTest {

  private static final int VOCABULARY = 128;

  @TempDir private Path cache;

  @ParameterizedTest
  @ValueSource(strings = {"llama", "llama3", "mistral", "qwen2", "qwen3", "gemma3", "gpt2"})
  void whatFollowsASharedPrefixHasTheReferenceLogits(String family) {
    GoldenTensors golden = golden(family);
    int[] ids = golden.ints("input_ids.2");
    float[] expected = golden.floats("logits.2");
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = FixtureModels.load(family);
        NativeScope scope = model.openTask(thread);
        SequenceDecoder decoder = decoder(model, scope)) {
      int before = decoder.heldCount();
      Sequence prefix = decoder.open(9);
      decoder.feed(List.of(prefix), List.of(Arrays.copyOf(ids, 9)));
      Sequence first = decoder.open(prefix, ids.length);
      Sequence second = decoder.open(prefix, ids.length);
      prefix.close();
      float[][] logits =
          decoder.feed(
              List.of(first, second),
              List.of(Arrays.copyOfRange(ids, 9, 14), Arrays.copyOfRange(ids, 9, 10)));
      assertCloseToScale(family, logits[0], row(expected, 13), 1e-5);
      assertCloseToScale(family, logits[1], row(expected, 9), 1e-5);
      first.close();
      second.close();
      assertThat(decoder.heldCount()).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "mistral", "gemma3", "gpt2"})
  void scoresAreTheReferenceLogProbabilitiesAndLeaveTheSequenceAsItWas(String family) {
    GoldenTensors golden = golden(family);
    int[] ids = golden.ints("input_ids.2");
    float[] expected = golden.floats("logits.2");
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = FixtureModels.load(family);
        NativeScope scope = model.openTask(thread);
        SequenceDecoder decoder = decoder(model, scope)) {
      Sequence sequence = decoder.open(ids.length);
      decoder.feed(List.of(sequence), List.of(Arrays.copyOf(ids, 8)));
      int[] tokens = Arrays.copyOfRange(ids, 8, ids.length - 1);
      int[] targets = Arrays.copyOfRange(ids, 9, ids.length);
      int[] whole = Arrays.copyOf(ids, ids.length - 1);
      List<TargetScore[]> scores =
          decoder.score(
              List.of(
                  new Branch(sequence, tokens, targets),
                  new Branch(decoder.open(1), whole, Arrays.copyOfRange(ids, 1, ids.length)),
                  new Branch(sequence, new int[] {ids[8]}, new int[] {ids[9]})));
      for (int i = 0; i < targets.length; i++) {
        float[] logits = row(expected, 8 + i);
        assertThat(scores.get(0)[i].logProbability())
            .isCloseTo(logProbability(logits, targets[i]), within(1e-4));
        assertThat(scores.get(0)[i].likeliest()).isEqualTo(best(logits) == targets[i]);
        assertThat(scores.get(1)[8 + i].logProbability())
            .isCloseTo(logProbability(logits, targets[i]), within(1e-4));
      }
      assertThat(scores.get(2)[0].logProbability())
          .isCloseTo(scores.get(0)[0].logProbability(), within(1e-5));
      assertThat(sequence.length()).isEqualTo(8);
    }
  }

  @Test
  void theNativeChoiceIsTheLargestLogitAmongTheIdsGiven() {
    int[] ids = golden("llama").ints("input_ids.2");
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = FixtureModels.load("llama");
        NativeScope scope = model.openTask(thread);
        SequenceDecoder decoder = decoder(model, scope)) {
      float[] logits = decoder.feed(List.of(decoder.open(24)), List.of(ids))[0];
      for (int known : new int[] {1, 40, VOCABULARY}) {
        Likeliest chosen = decoder.feedGreedy(List.of(decoder.open(24)), List.of(ids), known)[0];
        assertThat(chosen.id()).isEqualTo(best(Arrays.copyOf(logits, known)));
        assertThat(chosen.logit()).isEqualTo(logits[chosen.id()]);
      }
    }
  }

  @Test
  void ofEqualLogitsTheSmallestIdIsChosen() {
    DecoderBlueprint blueprint = DecoderBlueprint.of(FixtureModels.config("llama", "config.json"));
    var weights = blueprint.initialise(1);
    try (ComputeThread thread = ComputeThread.enter(1);
        NativeScope scope = blueprint.openTask(thread)) {
      NativeScope task = scope.open();
      try (var bound =
          blueprint.bind(
              task,
              name -> {
                long[] shape = weights.shape(name);
                return name.equals("model.norm.weight")
                    ? task.zeros(shape)
                    : task.floats(weights.values(name), shape);
              })) {
        SequenceDecoder decoder = new SequenceDecoder(bound.forward(), task);
        Likeliest[] chosen =
            decoder.feedGreedy(
                List.of(decoder.open(4), decoder.open(4)),
                List.of(new int[] {5, 6}, new int[] {7}),
                VOCABULARY);
        assertThat(chosen).containsOnly(new Likeliest(0, 0));
      }
    }
  }

  /** A memory holds what products made: 8 bits of precision in bfloat16, 11 in float16. */
  @ParameterizedTest
  @CsvSource({
    "llama, BFLOAT16, 5e-2",
    "gemma3, BFLOAT16, 5e-2",
    "llama, FLOAT16, 6e-3",
    "mistral, FLOAT16, 6e-3"
  })
  void aMemoryInHalfPrecisionGivesLogitsOfIt(String family, ComputeType compute, double tolerance) {
    int[] ids = golden(family).ints("input_ids.2");
    float[] expected = golden(family).floats("logits.2");
    ModelOptions options = new ModelOptions(BaseFormat.FLOAT32, compute);
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = FixtureModels.load(family, cache, options);
        NativeScope scope = model.openTask(thread);
        SequenceDecoder decoder = decoder(model, scope)) {
      Sequence sequence = decoder.open(ids.length);
      Sequence idle = decoder.open(ids.length); // a slot whose row of a mask hides everything
      decoder.feed(List.of(sequence, idle), List.of(Arrays.copyOf(ids, 4), Arrays.copyOf(ids, 2)));
      for (int i = 4; i < ids.length; i++) {
        float[] logits = decoder.feed(List.of(sequence), List.of(new int[] {ids[i]}))[0];
        assertCloseToScale(family + " token " + i, logits, row(expected, i), tolerance);
      }
    }
  }

  private static SequenceDecoder decoder(DecoderModel model, NativeScope scope) {
    return new SequenceDecoder(model.forward(BoundAdapter.none()), scope);
  }

  private static double logProbability(float[] logits, int target) {
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - logits[target]);
    }
    return -Math.log(sum);
  }

  private static int best(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  private static float[] row(float[] logits, int row) {
    return Arrays.copyOfRange(logits, row * VOCABULARY, (row + 1) * VOCABULARY);
  }

  private static GoldenTensors golden(String family) {
    return GoldenTensors.read(Golden.path("models/" + family + "/expected.safetensors"));
  }
}
