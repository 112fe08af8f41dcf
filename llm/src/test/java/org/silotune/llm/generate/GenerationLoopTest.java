package org.silotune.llm.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.silotune.llm.LlmException;
import org.silotune.llm.tokenizer.Tokenizer;

final class GenerationLoopTest {

  private static final int END = ByteTokenizer.END;

  private final Tokenizer tokenizer = new ByteTokenizer(300);

  @Test
  void anEndOfTurnIdEndsTheAnswerAndHasNoText() {
    Generation answer = only(script("Yes.", END, 'x'), GenerationConfig.greedy(10));
    assertThat(answer.text()).isEqualTo("Yes.");
    assertThat(answer.ids()).containsExactly('Y', 'e', 's', '.', END);
    assertThat(answer.finishReason()).isEqualTo(FinishReason.END_OF_TURN);
  }

  @Test
  void theTokenLimitEndsTheAnswer() {
    Generation answer = only(script("abcdef"), GenerationConfig.greedy(3));
    assertThat(answer.text()).isEqualTo("abc");
    assertThat(answer.finishReason()).isEqualTo(FinishReason.MAX_NEW_TOKENS);
  }

  @Test
  void aStopStringEndsTheAnswerAndIsCut() {
    Generation answer =
        only(script("one.\nQ: two"), GenerationConfig.greedy(50).withStopStrings(List.of("\nQ:")));
    assertThat(answer.text()).isEqualTo("one.");
    assertThat(answer.ids()).hasSize(7);
    assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP_STRING);
  }

  @Test
  void anUnfinishedStopStringIsTextOfTheAnswer() {
    Generation answer =
        only(script("one.\nQ", END), GenerationConfig.greedy(50).withStopStrings(List.of("\nQ:")));
    assertThat(answer.text()).isEqualTo("one.\nQ");
    assertThat(answer.finishReason()).isEqualTo(FinishReason.END_OF_TURN);
  }

  @Test
  void aFullContextEndsTheAnswer() {
    ScriptedModel model = new ScriptedModel(8, List.of(script("abcdefghij")));
    Generation answer = answer(model, GenerationConfig.greedy(100), new int[] {0, 1, 2}).get(0);
    assertThat(answer.text()).isEqualTo("abcde");
    assertThat(answer.finishReason()).isEqualTo(FinishReason.CONTEXT_FULL);
    assertThat(model.openCount).isZero();
  }

  @Test
  void bothLimitsAtOnceIsTheOneThatWasAskedFor() {
    ScriptedModel model = new ScriptedModel(8, List.of(script("abcdefghij")));
    Generation answer = answer(model, GenerationConfig.greedy(5), new int[] {0, 1, 2}).get(0);
    assertThat(answer.text()).isEqualTo("abcde");
    assertThat(answer.finishReason()).isEqualTo(FinishReason.MAX_NEW_TOKENS);
  }

  @Test
  void answersThatAreDoneMakeRoomAndKeepTheirPlaces() {
    ScriptedModel model =
        new ScriptedModel(
            100,
            List.of(script("long answer"), script("b", END), script("cc", END), script("d", END)));
    List<Prompt> prompts =
        Prompt.numbered(List.of(new int[] {0}, new int[] {1}, new int[] {2, 9}, new int[] {3}));
    List<Generation> answers =
        new GenerationLoop(
                model,
                tokenizer,
                GenerationConfig.greedy(11),
                new BatchLimits(2, 100),
                GenerationListener.NONE)
            .answer(prompts);
    assertThat(answers).extracting(Generation::text).containsExactly("long answer", "b", "cc", "d");
    assertThat(model.batchSizes).containsExactly(2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1);
    assertThat(model.openCount).isZero();
  }

  @Test
  void promptsOverTheTokenLimitJoinStepByStep() {
    ScriptedModel model =
        new ScriptedModel(100, List.of(script("abcd"), script("efgh"), script("ijkl")));
    List<Prompt> prompts =
        Prompt.numbered(List.of(new int[] {0, 0, 0, 0, 0}, new int[] {1, 1, 1}, new int[] {2}));
    new GenerationLoop(
            model,
            tokenizer,
            GenerationConfig.greedy(4),
            new BatchLimits(8, 4),
            GenerationListener.NONE)
        .answer(prompts);
    assertThat(model.batchSizes).containsExactly(1, 3, 3, 3, 2);
  }

  @Test
  void theListenerHearsEveryPieceOfTheText() {
    StringBuilder heard = new StringBuilder();
    List<Generation> finished = new ArrayList<>();
    GenerationListener listener =
        new GenerationListener() {
          @Override
          public void onText(int promptIndex, String piece) {
            heard.append(promptIndex).append(piece).append('|');
          }

          @Override
          public void onFinished(int promptIndex, Generation generation) {
            finished.add(generation);
          }
        };
    List<Generation> answers =
        new GenerationLoop(
                new ScriptedModel(100, List.of(script("aé", 0xE4))),
                tokenizer,
                GenerationConfig.greedy(4),
                BatchLimits.defaults(),
                listener)
            .answer(Prompt.numbered(List.of(new int[] {0})));
    assertThat(heard).hasToString("0a|0é|0\uFFFD|");
    assertThat(finished).isEqualTo(answers);
    assertThat(answers.get(0).text()).isEqualTo("aé\uFFFD");
  }

  @Test
  void idsThatOnlyPadTheEmbeddingAreNeverChosen() {
    ScriptedModel model = new ScriptedModel(8, List.of(new int[] {280}));
    Generation answer =
        new GenerationLoop(
                model,
                new ByteTokenizer(260),
                GenerationConfig.greedy(1),
                BatchLimits.defaults(),
                GenerationListener.NONE)
            .answer(Prompt.numbered(List.of(new int[] {0})))
            .get(0);
    assertThat(answer.ids()).containsExactly(0);
  }

  @Test
  void noPromptsGiveNoAnswers() {
    assertThat(answer(new ScriptedModel(8, List.of()), GenerationConfig.greedy(1))).isEmpty();
  }

  @Test
  void anEmptyPromptIsRefused() {
    assertThatThrownBy(() -> Prompt.numbered(List.of(new int[] {1}, new int[0])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid prompt 1: it has no tokens; a model needs at least one to continue from");
  }

  @Test
  void aPromptThatFillsTheContextIsAnError() {
    assertThatThrownBy(
            () ->
                answer(
                    new ScriptedModel(4, List.of()),
                    GenerationConfig.greedy(1),
                    new int[] {0, 0, 0},
                    new int[] {0, 0, 0, 0, 0}))
        .isInstanceOf(LlmException.class)
        .hasMessage(
            "Cannot generate from prompt 1: it has 5 tokens and the model's context of 4 needs room"
                + " for an answer; shorten it by at least 2 tokens");
  }

  @Test
  void anIdOutsideTheVocabularyIsAnError() {
    assertThatThrownBy(
            () ->
                answer(
                    new ScriptedModel(4, List.of()), GenerationConfig.greedy(1), new int[] {300}))
        .isInstanceOf(LlmException.class)
        .hasMessage(
            "Cannot generate from prompt 0: token id 300 is not among the model's 300; the prompt"
                + " was encoded by another model's tokenizer");
  }

  @Test
  void batchLimitsHaveDocumentedDefaultsAndRanges() {
    assertThat(BatchLimits.defaults()).isEqualTo(new BatchLimits(16, 1024));
    assertThatThrownBy(() -> new BatchLimits(0, 1))
        .hasMessage("Invalid max sequences 0: must be >= 1");
    assertThatThrownBy(() -> new BatchLimits(1, 0))
        .hasMessage("Invalid max prompt tokens 0: must be >= 1");
  }

  private Generation only(int[] script, GenerationConfig config) {
    ScriptedModel model = new ScriptedModel(100, List.of(script));
    Generation answer = answer(model, config, new int[] {0}).get(0);
    assertThat(model.openCount).isZero();
    return answer;
  }

  private List<Generation> answer(ScriptedModel model, GenerationConfig config, int[]... prompts) {
    return new GenerationLoop(
            model, tokenizer, config, BatchLimits.defaults(), GenerationListener.NONE)
        .answer(Prompt.numbered(List.of(prompts)));
  }

  private int[] script(String text, int... more) {
    int[] bytes = tokenizer.encode(text);
    int[] script = new int[bytes.length + more.length];
    System.arraycopy(bytes, 0, script, 0, bytes.length);
    System.arraycopy(more, 0, script, bytes.length, more.length);
    return script;
  }
}
