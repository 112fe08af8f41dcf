package org.silotune.llm.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.silotune.llm.checkpoint.DType;
import org.silotune.llm.checkpoint.SafetensorsFile;
import org.silotune.llm.eval.HeldOutLoss;
import org.silotune.llm.finetune.FullParameterTrainer;
import org.silotune.llm.generate.FinishReason;
import org.silotune.llm.generate.Generation;
import org.silotune.llm.generate.GenerationConfig;
import org.silotune.llm.generate.Prompt;
import org.silotune.llm.generate.TextGenerator;
import org.silotune.llm.model.BaseModelRef;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.ModelLoader;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.tokenizer.ChatMessage;
import org.silotune.llm.tokenizer.LoadedTokenizer;
import org.silotune.llm.tokenizer.OverlongPolicy;
import org.silotune.llm.tokenizer.PromptEncoder;
import org.silotune.llm.tokenizer.TokenizerLoader;

/** The model that lies in the jar: what was promised of it, and that it has learnt something. */
final class BundledTinyModelTest {

  /** Hamlet, act 3, scene 1: a play that the training text lacks. */
  private static final String UNREAD =
      """
      HAMLET:
      To be, or not to be, that is the question:
      Whether 'tis nobler in the mind to suffer
      The slings and arrows of outrageous fortune,
      Or to take arms against a sea of troubles,
      And by opposing end them. To die, to sleep,
      No more; and by a sleep to say we end
      The heart-ache and the thousand natural shocks
      That flesh is heir to: 'tis a consummation
      Devoutly to be wish'd. To die, to sleep;
      """;

  /** In nats a token. Equal chances for all ids cost ln 2048 = 7.6; the model has 4.2. */
  private static final double LEARNT = 4.6;

  private final Path folder = folder();

  @Test
  void itIsSmallAndInHalfPrecision() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      long bytes = files.mapToLong(file -> file.toFile().length()).sum();
      assertThat(bytes).isLessThan(6L << 20);
    }
    try (SafetensorsFile weights = SafetensorsFile.open(folder.resolve("model.safetensors"))) {
      assertThat(weights.names())
          .allSatisfy(name -> assertThat(weights.info(name).dtype()).isEqualTo(DType.F16));
      assertThat(weights.names().stream().mapToLong(n -> weights.info(n).elementCount()).sum())
          .isEqualTo(1_967_808);
    }
  }

  @Test
  void itsFolderIsWhatTheScriptWrites() throws IOException {
    try (LoadedTokenizer loaded = TokenizerLoader.load(folder)) {
      assertThat(new ObjectMapper().readTree(folder.resolve("config.json").toFile()))
          .isEqualTo(TinyModel.config(loaded.tokenizer()));
      assertThat(loaded.tokenizer().vocabularySize()).isEqualTo(2048);
      assertThat(loaded.template().toString()).isEqualTo("chatml");
    }
  }

  @Test
  void itHasLearntEnglishOfItsTime() throws IOException {
    try (LoadedTokenizer loaded = TokenizerLoader.load(folder);
        DecoderModel model = load()) {
      int[] ids = loaded.tokenizer().encode(UNREAD);
      double loss =
          HeldOutLoss.defaults().evaluate(model, FullParameterTrainer.cut(ids, ids.length)).mean();
      assertThat(loss).isLessThan(LEARNT);
    }
  }

  @Test
  void itAnswersInTurns() throws IOException {
    try (LoadedTokenizer loaded = TokenizerLoader.load(folder);
        ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = load()) {
      PromptEncoder encoder =
          new PromptEncoder(loaded.tokenizer(), loaded.template(), 512, OverlongPolicy.QUARANTINE);
      List<int[]> prompts =
          Stream.of("What colour is milk?", "Which animal says buzz?")
              .map(question -> encoder.prompt(List.of(new ChatMessage("user", question))))
              .toList();
      List<Generation> answers =
          new TextGenerator(model, loaded.tokenizer())
              .generate(thread, Prompt.numbered(prompts), GenerationConfig.greedy(30));
      assertThat(answers).extracting(Generation::text).containsExactly("white", "a bee");
      assertThat(answers)
          .extracting(Generation::finishReason)
          .containsOnly(FinishReason.END_OF_TURN);
    }
  }

  private DecoderModel load() throws IOException {
    try (SafetensorsFile weights = SafetensorsFile.open(folder.resolve("model.safetensors"))) {
      return ModelLoader.load(
          new BaseModelRef("tiny", "0".repeat(64)),
          new ObjectMapper().readTree(folder.resolve("config.json").toFile()),
          weights);
    }
  }

  private static Path folder() {
    try {
      return Path.of(
              BundledTinyModelTest.class
                  .getResource("/org/silotune/llm/hub/tiny/config.json")
                  .toURI())
          .getParent();
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
