package org.silotune.llm.pretrain;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalDouble;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.SafetensorsFile;
import org.silotune.llm.eval.HeldOutLoss;
import org.silotune.llm.eval.LossSum;
import org.silotune.llm.finetune.Checkpointing;
import org.silotune.llm.finetune.FineTuneConfig;
import org.silotune.llm.finetune.FineTuneResult;
import org.silotune.llm.finetune.FullParameterTrainer;
import org.silotune.llm.finetune.LearningRateSchedule;
import org.silotune.llm.finetune.LocalRun;
import org.silotune.llm.finetune.OptimizerConfig;
import org.silotune.llm.finetune.StepReport;
import org.silotune.llm.finetune.TrainingLength;
import org.silotune.llm.generate.Generation;
import org.silotune.llm.generate.GenerationConfig;
import org.silotune.llm.generate.Prompt;
import org.silotune.llm.generate.TextGenerator;
import org.silotune.llm.model.BaseModelRef;
import org.silotune.llm.model.DecoderBlueprint;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.ModelLoader;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.tensor.NamedTensors;
import org.silotune.llm.tokenizer.ChatMessage;
import org.silotune.llm.tokenizer.LoadedTokenizer;
import org.silotune.llm.tokenizer.OverlongPolicy;
import org.silotune.llm.tokenizer.PromptEncoder;
import org.silotune.llm.tokenizer.TokenizedExample;
import org.silotune.llm.tokenizer.Tokenizer;
import org.silotune.llm.tokenizer.TokenizerLoader;

/**
 * Makes the bundled tiny model: random weights, trained on Shakespeare's works and small
 * conversations by {@link FullParameterTrainer}, written as a Hugging Face folder in half
 * precision. The same inputs give the same bytes for one numeric profile.
 *
 * <p>Arguments: the tokenizer's folder, the text, the folder to write.
 */
public final class TinyModelMain {

  /** The text that the bundled model was made from: 1,115,394 bytes of Shakespeare. */
  private static final String TEXT_SHA256 =
      "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed";

  private static final long SEED = 1;
  private static final int PASSES = 3;
  private static final int THREADS = 1;
  private static final int REPORT_EVERY = 25;

  private static final FineTuneConfig CONFIG =
      FineTuneConfig.defaults()
          .withOptimizer(new OptimizerConfig.AdamW(0.9, 0.95, 1e-8, /* weightDecay= */ 0.1))
          .withLearningRate(2e-3)
          .withSchedule(new LearningRateSchedule(LearningRateSchedule.Shape.COSINE, 60))
          .withLength(new TrainingLength.Epochs(1))
          .withBatchSize(8)
          .withTokenBudget(2048)
          .withLossChunk(1024)
          .withClipNorm(OptionalDouble.of(1))
          .withCheckpointing(Checkpointing.OFF)
          .withThreads(THREADS);

  private TinyModelMain() {}

  /** Makes the model; see the class. */
  public static void main(String[] args) throws IOException {
    if (args.length != 3) {
      throw new IllegalArgumentException(
          "Invalid arguments: give the tokenizer's folder, the text, the folder to write");
    }
    Path tokenizerFolder = Path.of(args[0]);
    Path output = Path.of(args[2]);
    String text = read(Path.of(args[1]));
    try (LoadedTokenizer loaded = TokenizerLoader.load(tokenizerFolder)) {
      PromptEncoder encoder =
          new PromptEncoder(
              loaded.tokenizer(),
              loaded.template(),
              TinyModel.CONTEXT_LENGTH,
              OverlongPolicy.QUARANTINE);
      TinyCorpus corpus = new TinyCorpus(text, loaded.tokenizer(), encoder, SEED);
      TinyModel.write(
          output, train(corpus, loaded.tokenizer()), loaded.tokenizer(), tokenizerFolder);
      show(output, corpus, loaded.tokenizer(), encoder);
    }
  }

  private static NamedTensors train(TinyCorpus corpus, Tokenizer tokenizer) {
    DecoderBlueprint blueprint = DecoderBlueprint.of(TinyModel.config(tokenizer));
    List<TokenizedExample> examples = corpus.trained(PASSES);
    System.out.printf(
        "%,d examples, %,d tokens%n",
        examples.size(), examples.stream().mapToLong(TokenizedExample::length).sum());
    long start = System.nanoTime();
    FineTuneResult result =
        FullParameterTrainer.train(
            blueprint,
            blueprint.initialise(SEED),
            examples,
            CONFIG,
            LocalRun.ofSeed(SEED).withListener(report -> print(report, start)));
    if (result.outcome() != FineTuneResult.Outcome.COMPLETED) {
      throw new LlmException("Cannot make the tiny model: the training ended " + result.outcome());
    }
    return result.parameters();
  }

  private static void print(StepReport report, long start) {
    if (report.step() % REPORT_EVERY == 0 || report.step() == report.plannedSteps()) {
      System.out.printf(
          "step %d/%d, loss %.3f, %.0f s%n",
          report.step(),
          report.plannedSteps(),
          report.meanLoss(),
          (System.nanoTime() - start) * 1e-9);
    }
  }

  /** Prints how the model that was written does on what it has not read. */
  private static void show(
      Path folder, TinyCorpus corpus, Tokenizer tokenizer, PromptEncoder encoder) {
    try (SafetensorsFile weights = SafetensorsFile.open(folder.resolve("model.safetensors"));
        ComputeThread thread = ComputeThread.enter(THREADS);
        DecoderModel model =
            ModelLoader.load(
                new BaseModelRef("tiny", "0".repeat(64)), TinyModel.config(tokenizer), weights)) {
      HeldOutLoss heldOut = new HeldOutLoss(2048, 1024, THREADS);
      print("text", heldOut.evaluate(model, corpus.heldOutText()));
      print("conversations", heldOut.evaluate(model, corpus.heldOutConversations()));
      List<Prompt> prompts =
          Prompt.numbered(
              List.of(
                  tokenizer.encode("KING HENRY:\n"),
                  tokenizer.encode("What is a name? "),
                  question(encoder, "Count from two to six."),
                  question(encoder, "Clara lost a coin near the mill. Where was Clara?"),
                  question(encoder, "What is the opposite of young?")));
      List<Generation> answers =
          new TextGenerator(model, tokenizer)
              .generate(thread, prompts, GenerationConfig.greedy(40));
      answers.forEach(answer -> System.out.println("---\n" + answer.text()));
    }
  }

  private static int[] question(PromptEncoder encoder, String question) {
    return encoder.prompt(List.of(new ChatMessage("user", question)));
  }

  private static void print(String what, LossSum loss) {
    System.out.printf(
        "held-out %s: loss %.4f, perplexity %.2f, %,d tokens%n",
        what, loss.mean(), loss.perplexity(), loss.trainedTokens());
  }

  private static String read(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    try {
      String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
      if (!sha256.equals(TEXT_SHA256)) {
        throw new LlmException(
            "Cannot make the tiny model from %s: its sha256 is %s, expected %s"
                .formatted(file, sha256, TEXT_SHA256));
      }
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    return new String(bytes, UTF_8);
  }
}
