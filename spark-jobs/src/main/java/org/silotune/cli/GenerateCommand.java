package org.silotune.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.silotune.cli.experiment.ConfigException;
import org.silotune.fed.job.TextAnswers;
import org.silotune.llm.adapter.AdapterCheckpoint;
import org.silotune.llm.generate.GenerationConfig;
import org.silotune.llm.generate.RandomSampler;
import org.silotune.llm.generate.Sampler;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Asks a model, tuned or not. */
@Command(
    name = "generate",
    description = "Answers prompts with a base model, or with an adapter on top of it.",
    footer = {
      "",
      "Without --temperature the most likely token is taken each time.",
      "",
      "Examples:",
      "  silotune generate --model smollm2-135m-instruct --prompt \"Name three rivers\"",
      "  silotune generate --adapter runs/RUN-ID --prompt \"Tom has 3 pens and buys 4. How many?\"",
      "  silotune generate --adapter runs/RUN-ID/final --prompts questions.txt --json",
      "  silotune generate --model tiny --prompt Once --temperature 0.8 --top-p 0.9 --seed 7"
    })
final class GenerateCommand extends Subcommand {

  @Mixin private BaseModelOptions baseModel;

  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      description = "An adapter folder, or a run (its best adapter is taken), as a path or URI.")
  private @Nullable String adapter;

  @Option(names = "--prompt", paramLabel = "TEXT", description = "A question; may be repeated.")
  private List<String> prompts = new ArrayList<>();

  @Option(names = "--prompts", paramLabel = "FILE", description = "A file with a question a line.")
  private @Nullable Path promptFile;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      defaultValue = "128",
      description = "The longest answer, in tokens; default ${DEFAULT-VALUE}.")
  private int maxNewTokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "Draw tokens instead of taking the most likely one; above 0.")
  private @Nullable Double temperature;

  @Option(names = "--top-k", paramLabel = "K", description = "Draw from the K most likely tokens.")
  private @Nullable Integer topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Draw from the most likely tokens that hold P of the probability, in (0, 1].")
  private @Nullable Double topP;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Of the draws; default ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "End an answer before this text; may be repeated.")
  private List<String> stops = new ArrayList<>();

  GenerateCommand(Console console) {
    super(console);
  }

  @Override
  ObjectNode execute() throws IOException {
    var questions = questions();
    var config = generationConfig();
    var tuned = AdapterOption.read(adapter);
    var base = baseModel.open(adapter, tuned, console);
    var answers = TextAnswers.of(base, tuned.map(AdapterCheckpoint::adapter), questions, config);
    var json = JSON.createObjectNode().put("model", base.model().name());
    var list = json.putArray("answers");
    for (int i = 0; i < questions.size(); i++) {
      var answer = answers.get(i);
      console.out(
          questions.size() == 1
              ? answer.text()
              : "> " + questions.get(i) + "\n" + answer.text() + "\n");
      list.addObject()
          .put("prompt", questions.get(i))
          .put("answer", answer.text())
          .put("tokens", answer.ids().length)
          .put("finish_reason", answer.finishReason().name().toLowerCase(Locale.ROOT));
    }
    return json;
  }

  private List<String> questions() throws IOException {
    var questions = new ArrayList<>(prompts);
    if (promptFile != null) {
      Places.existing("--prompts", promptFile.toString());
      Files.readAllLines(promptFile).stream()
          .filter(line -> !line.isBlank())
          .forEach(questions::add);
    }
    if (questions.isEmpty()) {
      throw new ConfigException("Missing prompt: give --prompt TEXT or --prompts FILE");
    }
    return questions;
  }

  private GenerationConfig generationConfig() {
    try {
      return new GenerationConfig(sampler(), maxNewTokens, stops);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(e.getMessage(), e);
    }
  }

  private Sampler sampler() {
    if (temperature == null && (topK != null || topP != null)) {
      throw new ConfigException(
          "Missing --temperature: --top-k and --top-p say what is drawn from, so give one, such as --temperature 1");
    }
    if (temperature == null) {
      return Sampler.greedy();
    }
    return new RandomSampler(
        temperature, topK == null ? RandomSampler.ALL : topK, topP == null ? 1.0 : topP, seed);
  }
}
