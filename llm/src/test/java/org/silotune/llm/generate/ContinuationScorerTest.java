package org.silotune.llm.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silotune.llm.LlmException;
import org.silotune.llm.generate.ContinuationScorer.Question;
import org.silotune.llm.generate.ContinuationScorer.Score;
import org.silotune.llm.model.BoundAdapter;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.FixtureModels;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.testing.Golden;
import org.silotune.llm.testing.GoldenTensors;

/** Against the logits of transformers that {@code model_golden.py} wrote. */
final class ContinuationScorerTest {

  private static final int VOCABULARY = 128;

  @ParameterizedTest
  @ValueSource(strings = {"llama", "mistral", "qwen2", "gemma3", "gpt2"})
  void aScoreIsTheSumOfTheReferenceLogProbabilities(String family) {
    GoldenTensors golden =
        GoldenTensors.read(Golden.path("models/" + family + "/expected.safetensors"));
    int[] ids = golden.ints("input_ids.2");
    float[] logits = golden.floats("logits.2");
    List<Question> questions = new ArrayList<>();
    int[] starts = {10, 12, 1};
    for (int start : starts) {
      questions.add(
          new Question(
              new Prompt(0, Arrays.copyOf(ids, start)),
              List.of(
                  Arrays.copyOfRange(ids, start, ids.length),
                  Arrays.copyOfRange(ids, start, start + 1),
                  new int[] {best(logits, start - 1)})));
    }
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = FixtureModels.load(family)) {
      ContinuationScorer scorer = new ContinuationScorer(model, BoundAdapter.none(), 16);
      for (List<Question> asked : List.of(questions, questions.subList(0, 2))) {
        int held = model.heldCount();
        List<List<Score>> scores = scorer.score(thread, asked);
        assertThat(model.heldCount()).isEqualTo(held);
        for (int q = 0; q < asked.size(); q++) {
          int start = starts[q];
          assertThat(scores.get(q).get(0).logProbability())
              .isCloseTo(sum(logits, ids, start, ids.length), within(1e-3));
          assertThat(scores.get(q).get(0).tokenCount()).isEqualTo(ids.length - start);
          assertThat(scores.get(q).get(1).logProbability())
              .isCloseTo(sum(logits, ids, start, start + 1), within(1e-4));
          assertThat(scores.get(q).get(2).greedy()).isTrue();
          assertThat(scores.get(q).get(1).greedy())
              .isEqualTo(best(logits, start - 1) == ids[start]);
        }
      }
    }
  }

  /** 12 questions of 3 prompts that share two tokens: however many are asked at once. */
  @ParameterizedTest
  @ValueSource(strings = {"llama", "gemma3", "gpt2"})
  void questionsThatAreAskedTogetherHaveTheScoresOfEachAlone(String family) {
    int[] ids =
        GoldenTensors.read(Golden.path("models/" + family + "/expected.safetensors"))
            .ints("input_ids.2");
    List<Question> questions = new ArrayList<>();
    for (int q = 0; q < 12; q++) {
      int[] prompt = Arrays.copyOf(ids, 2 + q % 3 * 4);
      questions.add(
          new Question(
              new Prompt(q, prompt),
              List.of(new int[] {5 + q}, new int[] {9, 70 + q, 3}, Arrays.copyOf(ids, 6))));
    }
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = FixtureModels.load(family)) {
      ContinuationScorer together = new ContinuationScorer(model, BoundAdapter.none(), 1024);
      ContinuationScorer alone = new ContinuationScorer(model, BoundAdapter.none(), 1);
      assertThat(together.together(questions, 1)).isEqualTo(12);
      assertThat(alone.together(questions, 1)).isEqualTo(1);
      int held = model.heldCount();
      List<List<Score>> scores = together.score(thread, questions);
      assertThat(model.heldCount()).isEqualTo(held);
      List<List<Score>> one = alone.score(thread, questions);
      for (int q = 0; q < questions.size(); q++) {
        assertThat(scores.get(q)).hasSize(3);
        for (int c = 0; c < 3; c++) {
          assertThat(scores.get(q).get(c).logProbability())
              .isCloseTo(one.get(q).get(c).logProbability(), within(1e-4));
          assertThat(scores.get(q).get(c).tokenCount())
              .isEqualTo(questions.get(q).continuations().get(c).length);
        }
      }
    }
  }

  @Test
  void asManyAreAskedTogetherAsTheBudgetsHold() {
    Question small = new Question(new Prompt(0, new int[10]), List.of(new int[2], new int[3]));
    Question large = new Question(new Prompt(0, new int[1500]), List.of(new int[1]));
    try (DecoderModel model = FixtureModels.load("llama")) {
      ContinuationScorer scorer = new ContinuationScorer(model, BoundAdapter.none(), 30);
      assertThat(scorer.together(List.of(small, small, small), 0)).isEqualTo(2);
      assertThat(scorer.together(List.of(small, small, small), 5)).isEqualTo(3);
      assertThat(scorer.together(List.of(large, small), 0)).isEqualTo(1);
      ContinuationScorer roomy = new ContinuationScorer(model, BoundAdapter.none(), 100_000);
      assertThat(roomy.together(List.of(small, large, large), 0)).isEqualTo(2);
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = FixtureModels.load("llama")) {
      ContinuationScorer scorer = new ContinuationScorer(model, BoundAdapter.none(), 16);
      Prompt prompt = new Prompt(0, new int[] {1, 2});
      assertThatThrownBy(
              () -> scorer.score(thread, List.of(new Question(prompt, List.of(new int[0])))))
          .isInstanceOf(LlmException.class)
          .hasMessageStartingWith("Cannot score a continuation of prompt 0: 0 tokens after 2");
      assertThatThrownBy(
              () -> scorer.score(thread, List.of(new Question(prompt, List.of(new int[] {128})))))
          .hasMessageContaining("token id 128 is not among the model's 128");
      assertThat(scorer.score(thread, List.of())).isEmpty();
      assertThatThrownBy(() -> new ContinuationScorer(model, BoundAdapter.none(), 0))
          .hasMessage("Invalid token budget 0: must be >= 1");
    }
  }

  private static double sum(float[] logits, int[] ids, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      double total = 0;
      for (int id = 0; id < VOCABULARY; id++) {
        total +=
            Math.exp(logits[(i - 1) * VOCABULARY + id] - logits[(i - 1) * VOCABULARY + ids[i]]);
      }
      sum -= Math.log(total);
    }
    return sum;
  }

  private static int best(float[] logits, int row) {
    int best = 0;
    for (int id = 1; id < VOCABULARY; id++) {
      best = logits[row * VOCABULARY + id] > logits[row * VOCABULARY + best] ? id : best;
    }
    return best;
  }
}
