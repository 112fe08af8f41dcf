package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.cli.TinyExperiment.Outcome;

/** A run with a template and a numeric profile of its own, as later commands take it. */
final class RunSettingsTest {

  private static final String[] OWN = {
    "--set", "federated.rounds=1",
    "--set", "data.template=alpaca",
    "--set", "local.token-budget=96",
    "--set", "local.loss-chunk=8"
  };

  @TempDir private static Path folder;
  private static TinyExperiment experiment;
  private static Outcome run;

  @BeforeAll
  static void train() {
    experiment = TinyExperiment.in(folder);
    run = experiment.train("own", OWN);
    assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.DONE);
  }

  @Test
  void evaluateGivesTheRunsOwnLossToTheLastBit() throws IOException {
    var scores = TinyExperiment.run("evaluate", experiment.of("own").toString(), "--json");
    assertThat(scores.status()).as(scores.err()).isEqualTo(ExitStatus.DONE);
    assertThat(scores.json().path("loss").asDouble())
        .isEqualTo(run.json().path("loss_after").asDouble());
  }

  @Test
  void generateFramesThePromptAsTheRunDidUnlessAskedOtherwise() throws IOException {
    var run = experiment.of("own").toString();
    assertThat(answer(run)).isEqualTo(answer(run, "--template", "alpaca"));
    assertThat(answer(run)).isNotEqualTo(answer(run, "--template", "chatml"));
  }

  @Test
  void anAdapterOfARoundIsOfItsRun() throws IOException {
    var round = experiment.of("own").resolve("checkpoints/round-00001/adapter").toString();
    assertThat(answer(round)).isEqualTo(answer(experiment.of("own").toString()));
  }

  @Test
  void theOwnTemplateOfTheModelDoesNotFitTheDataOfTheRun() throws IOException {
    var place = experiment.of("own").toString();
    var refused = TinyExperiment.run("evaluate", place, "--template", "auto", "--json");
    assertThat(refused.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(refused.json().path("error").asText())
        .isEqualTo(
            "Cannot use prepared data file:%s/data: made with template alpaca, the model uses template chatml; prepare the data for it, or ask for template alpaca (data.template in an experiment, --template in a command)"
                .formatted(place));
  }

  @Test
  void anUnknownTemplateIsBadUsage() throws IOException {
    var refused =
        TinyExperiment.run(
            "generate", "--model", "tiny", "--template", "chatlm", "--prompt", "x", "--json");
    assertThat(refused.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(refused.json().path("error").asText())
        .startsWith(
            "Unknown chat template chatlm (did you mean chatml?): known are alpaca, chatml,");
  }

  private static String answer(String adapter, String... more) throws IOException {
    var arguments =
        new ArrayList<>(
            List.of(
                "generate",
                "--adapter",
                adapter,
                "--prompt",
                "What is 2 plus 3?",
                "--max-new-tokens",
                "8",
                "--json"));
    arguments.addAll(List.of(more));
    var outcome = TinyExperiment.run(arguments.toArray(String[]::new));
    assertThat(outcome.status()).as(outcome.err()).isEqualTo(ExitStatus.DONE);
    return outcome.json().path("answers").get(0).path("answer").asText();
  }
}
