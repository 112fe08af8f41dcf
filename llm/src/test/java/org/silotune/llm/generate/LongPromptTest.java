package org.silotune.llm.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silotune.llm.eval.ExampleLosses;
import org.silotune.llm.generate.ContinuationScorer.Question;
import org.silotune.llm.generate.ContinuationScorer.Score;
import org.silotune.llm.model.BoundAdapter;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.FixtureModels;
import org.silotune.llm.model.Forward;
import org.silotune.llm.model.ModelLoader;
import org.silotune.llm.model.SequenceDecoder;
import org.silotune.llm.model.TokenBatch;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.tensor.CounterRandom;
import org.silotune.llm.tokenizer.TokenizedExample;

/**
 * Prompts and continuations that are cut into several passes, against one forward pass over the
 * whole. The windows of mistral and gemma3 are shorter than a pass.
 */
final class LongPromptTest {

  private static final int VOCABULARY = 128;
  private static final int PASS = SequenceDecoder.PASS_TOKENS;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"llama", "mistral", "gemma3"})
  void promptsLongerThanAPassAreAnsweredAsAWholePassWould(String family) {
    List<int[]> prompts =
        List.of(ids(1, 2 * PASS + 77), ids(2, PASS + 1), ids(3, PASS), ids(4, 40));
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = model(family);
        NativeScope scope = model.openTask(thread)) {
      for (int[] prompt : prompts) {
        requireLikeliest(model, scope, prompt, answers(thread, model, List.of(prompt)).get(0));
      }
      List<int[]> together = answers(thread, model, prompts);
      for (int i = 0; i < prompts.size(); i++) {
        requireLikeliest(model, scope, prompts.get(i), together.get(i));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "gemma3"})
  void whatTheyShareMayBeLongerThanAPassToo(String family) {
    List<int[]> prompts = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int[] prompt = Arrays.copyOf(ids(5, PASS + 90), PASS + 90 + i * 20);
      Arrays.fill(prompt, PASS + 90, prompt.length, 7 + i);
      prompt[PASS + 85] = 20 + i;
      prompts.add(prompt);
    }
    assertThat(SharedPrefix.lengthOf(Prompt.numbered(prompts))).isEqualTo(PASS + 85);
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = model(family);
        NativeScope scope = model.openTask(thread)) {
      List<int[]> together = answers(thread, model, prompts);
      for (int i = 0; i < prompts.size(); i++) {
        requireLikeliest(model, scope, prompts.get(i), together.get(i));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "mistral", "gemma3"})
  void continuationsLongerThanAPassHaveTheLossOfAWholePass(String family) {
    int[] prompt = ids(6, PASS + 60);
    List<int[]> continuations = List.of(ids(7, PASS + 30), ids(8, 5), ids(9, PASS));
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = model(family)) {
      List<Score> scores =
          new ContinuationScorer(model, BoundAdapter.none(), 1024)
              .score(thread, List.of(new Question(new Prompt(0, prompt), continuations)))
              .get(0);
      for (int i = 0; i < continuations.size(); i++) {
        double loss = wholeLoss(thread, model, prompt, continuations.get(i));
        assertThat(scores.get(i).logProbability()).isCloseTo(-loss, within(1e-5 * loss));
        assertThat(scores.get(i).tokenCount()).isEqualTo(continuations.get(i).length);
      }
    }
  }

  private DecoderModel model(String family) {
    FixtureModels.writeRandom(folder, family, 4 * PASS);
    return ModelLoader.load(folder, folder.resolve("cache"));
  }

  private static int[] ids(int seed, int length) {
    CounterRandom random = CounterRandom.ofSeed(seed);
    int[] ids = new int[length];
    Arrays.setAll(ids, i -> random.below(i, VOCABULARY));
    return ids;
  }

  private static List<int[]> answers(
      ComputeThread thread, DecoderModel model, List<int[]> prompts) {
    return new TextGenerator(model, new ByteTokenizer(VOCABULARY))
        .generate(thread, Prompt.numbered(prompts), GenerationConfig.greedy(12)).stream()
            .map(Generation::ids)
            .toList();
  }

  /** Each token's logit, of one pass over prompt and answer, is the largest to rounding. */
  private static void requireLikeliest(
      DecoderModel model, NativeScope scope, int[] prompt, int[] answer) {
    assertThat(answer).hasSize(12);
    int[] whole = Arrays.copyOf(prompt, prompt.length + answer.length);
    System.arraycopy(answer, 0, whole, prompt.length, answer.length);
    try (NativeScope pass = scope.open()) {
      Forward forward = model.forward(BoundAdapter.none());
      NativeTensor x =
          forward.run(pass, forward.input(pass, TokenBatch.ofSequences(List.of(whole))));
      for (int t = 0; t < answer.length; t++) {
        float[] logits = forward.logits(pass, x, prompt.length - 1 + t).toFloats();
        float best = logits[Logits.argmax(logits)];
        assertThat(logits[answer[t]])
            .as("token %d after %d", t, prompt.length)
            .isGreaterThanOrEqualTo(best - 1e-4f * Math.abs(best));
      }
    }
  }

  private static double wholeLoss(
      ComputeThread thread, DecoderModel model, int[] prompt, int[] continuation) {
    int[] whole = Arrays.copyOf(prompt, prompt.length + continuation.length);
    System.arraycopy(continuation, 0, whole, prompt.length, continuation.length);
    int[] labels = whole.clone();
    Arrays.fill(labels, 0, prompt.length, TokenizedExample.NOT_TRAINED);
    return ExampleLosses.defaults()
        .evaluate(
            thread,
            model,
            BoundAdapter.none(),
            List.of(new TokenizedExample("whole", whole, labels)))
        .get(0)
        .lossSum();
  }
}
