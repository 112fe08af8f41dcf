package org.silotune.llm.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silotune.llm.InsufficientMemoryException;
import org.silotune.llm.LlmException;
import org.silotune.llm.adapter.LoraConfig;
import org.silotune.llm.model.BoundAdapter;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.FixtureModels;
import org.silotune.llm.model.Forward;
import org.silotune.llm.model.TokenBatch;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.script.RefusedMemory;
import org.silotune.llm.tensor.NamedTensors;
import org.silotune.llm.testing.Golden;
import org.silotune.llm.testing.GoldenTensors;
import org.silotune.llm.tokenizer.Tokenizer;

final class TextGeneratorTest {

  /** Every id is a byte of text, so no id ends an answer. */
  private final Tokenizer tokenizer = new ByteTokenizer(128);

  @ParameterizedTest
  @ValueSource(strings = {"llama", "llama3", "mistral", "qwen2", "qwen3", "gemma3", "gpt2"})
  void greedyContinuationsOfAMixedBatchEqualTransformers(String family) {
    GoldenTensors golden = golden(family);
    List<int[]> prompts = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      prompts.add(golden.ints("prompt." + i));
    }
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = FixtureModels.load(family)) {
      List<Generation> answers =
          new TextGenerator(model, tokenizer)
              .generate(thread, Prompt.numbered(prompts), GenerationConfig.greedy(24));
      int compared = 0;
      for (int i = 0; i < 3; i++) {
        compared += assertEqualWhileDecided(golden, i, answers.get(i).ids());
        assertThat(answers.get(i).finishReason()).isEqualTo(FinishReason.MAX_NEW_TOKENS);
      }
      assertThat(compared).as("tokens compared").isGreaterThanOrEqualTo(48);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "mistral", "gemma3", "gpt2"})
  void promptsOfDifferentLengthsTogetherEqualOneByOne(String family) {
    List<Prompt> prompts =
        Prompt.numbered(
            List.of(
                new int[] {5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
                new int[] {3},
                new int[] {90, 4, 44},
                new int[] {3},
                new int[] {17, 23, 100, 99, 7, 7}));
    GenerationConfig config =
        new GenerationConfig(new RandomSampler(0.8, 20, 0.95, 7), 30, List.of());
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = FixtureModels.load(family)) {
      List<Generation> together = generator(model, 3).generate(thread, prompts, config);
      TextGenerator oneByOne = generator(model, 1);
      for (int i = 0; i < prompts.size(); i++) {
        Generation alone = oneByOne.generate(thread, prompts.subList(i, i + 1), config).get(0);
        assertThat(together.get(i).ids()).isEqualTo(alone.ids());
        assertThat(together.get(i).text()).isEqualTo(alone.text());
      }
      assertThat(together.get(1).ids())
          .as("same prompt, another stream")
          .isNotEqualTo(together.get(3).ids());
      assertThat(oneByOne.generate(thread, prompts, config))
          .usingRecursiveComparison()
          .isEqualTo(together);
    }
  }

  /** The whole forward pass over what was generated would choose the same tokens. */
  @ParameterizedTest
  @ValueSource(strings = {"llama", "mistral", "gemma3", "gpt2"})
  void anAdapterTakesPartInEveryStep(String family) {
    int[] prompt = {5, 6, 7, 8, 9};
    LoraConfig lora =
        family.equals("gpt2")
            ? new LoraConfig(4, 8, 0, List.of("c_attn", "c_proj", "c_fc"))
            : new LoraConfig(
                4,
                8,
                0,
                List.of(
                    "q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"));
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = FixtureModels.load(family);
        NativeScope scope = model.openTask(thread);
        BoundAdapter adapter = lora.load(scope, model, FixtureModels.adapter(family))) {
      int[] answer =
          new TextGenerator(model, adapter, tokenizer, BatchLimits.defaults())
              .generate(thread, Prompt.numbered(List.of(prompt)), GenerationConfig.greedy(24))
              .get(0)
              .ids();
      assertThat(answer)
          .isNotEqualTo(
              new TextGenerator(model, tokenizer)
                  .generate(thread, Prompt.numbered(List.of(prompt)), GenerationConfig.greedy(24))
                  .get(0)
                  .ids());
      int[] whole = Arrays.copyOf(prompt, prompt.length + answer.length);
      System.arraycopy(answer, 0, whole, prompt.length, answer.length);
      Forward forward = model.forward(adapter);
      NativeTensor x =
          forward.run(scope, forward.input(scope, TokenBatch.ofSequences(List.of(whole))));
      for (int t = 0; t < answer.length; t++) {
        float[] logits = forward.logits(scope, x, prompt.length - 1 + t).toFloats();
        float best = logits[Logits.argmax(logits)];
        assertThat(logits[answer[t]]).as("token %d", t).isGreaterThanOrEqualTo(best - 1e-4f);
      }
    }
  }

  @Test
  void aFullContextEndsTheAnswerWithItsReason() {
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = FixtureModels.load("gpt2")) {
      int[] prompt = new int[model.config().contextLength() - 8];
      Arrays.fill(prompt, 9);
      Generation answer =
          new TextGenerator(model, tokenizer)
              .generate(thread, Prompt.numbered(List.of(prompt)), GenerationConfig.greedy(1000))
              .get(0);
      assertThat(answer.ids()).hasSize(8);
      assertThat(answer.finishReason()).isEqualTo(FinishReason.CONTEXT_FULL);
    }
  }

  @Test
  void aFailedCallFreesItsMemory() {
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = FixtureModels.load("llama")) {
      TextGenerator generator = new TextGenerator(model, tokenizer);
      List<Prompt> prompts = Prompt.numbered(List.of(new int[] {1, 2}));
      generator.generate(thread, prompts, GenerationConfig.greedy(3));
      int held = model.heldCount();
      GenerationListener failing =
          new GenerationListener() {
            @Override
            public void onFinished(int promptIndex, Generation generation) {
              throw new IllegalStateException("Stopped by the test");
            }
          };
      assertThatThrownBy(
              () -> generator.generate(thread, prompts, GenerationConfig.greedy(3), failing))
          .hasMessage("Stopped by the test");
      assertThat(model.heldCount()).isEqualTo(held);
    }
  }

  @Test
  void memoryThatIsRefusedIsAnErrorThatNamesWhatHasIt() {
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = FixtureModels.load("llama")) {
      GenerationListener refusing =
          new GenerationListener() {
            @Override
            public void onFinished(int promptIndex, Generation generation) {
              throw RefusedMemory.onGpu("1.50 GiB");
            }
          };
      assertThatThrownBy(
              () ->
                  new TextGenerator(model, tokenizer)
                      .generate(
                          thread,
                          Prompt.numbered(List.of(new int[] {1, 2})),
                          GenerationConfig.greedy(3),
                          refusing))
          .isInstanceOf(InsufficientMemoryException.class)
          .hasMessageMatching(
              "Cannot generate: 1\\.61 GB more of the GPU's memory were refused; the largest of llama are .*; ask for shorter answers \\(3 tokens\\) after shorter prompts \\(2\\), take .*");
    }
  }

  /** As where float16 cannot hold the states; sampling and greedy choice alike. */
  @Test
  void logitsThatAreNotNumbersAreAnErrorAndScoresToo() {
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = FixtureModels.load("llama");
        NativeScope scope = model.openTask(thread)) {
      LoraConfig lora = new LoraConfig(2, 4, 0, List.of("v_proj"));
      NamedTensors initial = lora.initialise(model, 1);
      NamedTensors.Builder nan = NamedTensors.builder();
      initial.forEach(
          (name, values) -> {
            float[] notNumbers = new float[values.length];
            Arrays.fill(notNumbers, Float.NaN);
            nan.put(name, initial.shape(name), notNumbers);
          });
      BoundAdapter adapter = lora.load(scope, model, nan.build());
      String error = "the weights or the adapter hold values that are not finite";
      List<Prompt> prompts = Prompt.numbered(List.of(new int[] {1, 2}));
      TextGenerator generator =
          new TextGenerator(model, adapter, tokenizer, BatchLimits.defaults());
      assertThatThrownBy(() -> generator.generate(thread, prompts, GenerationConfig.greedy(3)))
          .isInstanceOf(LlmException.class)
          .hasMessageStartingWith("Cannot choose the next token: the logit of id")
          .hasMessageContaining(error);
      ContinuationScorer scorer = new ContinuationScorer(model, adapter, 16);
      assertThatThrownBy(
              () ->
                  scorer.score(
                      thread,
                      List.of(
                          new ContinuationScorer.Question(prompts.get(0), List.of(new int[] {3})))))
          .isInstanceOf(LlmException.class)
          .hasMessageStartingWith("Cannot score a continuation: a log-probability is NaN")
          .hasMessageContaining(error);
    }
  }

  @Test
  void anIdOfAnotherVocabularyIsAnError() {
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = FixtureModels.load("llama")) {
      assertThatThrownBy(
              () ->
                  new TextGenerator(model, tokenizer)
                      .generate(
                          thread,
                          Prompt.numbered(List.of(new int[] {1, 128})),
                          GenerationConfig.greedy(3)))
          .isInstanceOf(LlmException.class)
          .hasMessageStartingWith("Cannot generate from prompt 0: token id 128 is not among");
    }
  }

  private TextGenerator generator(DecoderModel model, int maxSequences) {
    return new TextGenerator(
        model, BoundAdapter.none(), tokenizer, new BatchLimits(maxSequences, 1024));
  }

  /** Compares until the reference's two best logits are too close; returns how far that was. */
  private static int assertEqualWhileDecided(GoldenTensors golden, int prompt, int[] actual) {
    int[] expected = golden.ints("greedy." + prompt);
    float[] margins = golden.floats("margin." + prompt);
    assertThat(actual).hasSameSizeAs(expected);
    for (int t = 0; t < expected.length; t++) {
      if (margins[t] < 1e-3) {
        return t;
      }
      assertThat(actual[t]).as("prompt %d, token %d", prompt, t).isEqualTo(expected[t]);
    }
    return expected.length;
  }

  private static GoldenTensors golden(String family) {
    return GoldenTensors.read(Golden.path("models/" + family + "/expected.safetensors"));
  }
}
