package org.silotune.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.silotune.cli.experiment.SampleConfig.Server.AdaptiveMoments;
import org.silotune.cli.experiment.SampleConfig.Server.Average;
import org.silotune.cli.experiment.SampleConfig.Weight;

final class RecordBinderTest {

  private static final String EVERY_KEY =
      """
      # a comment
      model: other
      rounds: 1_000
      data: rows
      deadline: 15m
      sample: 2
      weighted-by: trained-tokens
      targets: [q_proj, v_proj]
      settings:
        spark.master: local[2]
      local:
        learning-rate: 2e-4
        shuffle: false
      server:
        kind: adaptive-moments
        warm-up: 7
      """;

  @Test
  void everyKeyReachesItsComponent() {
    var config = bind(EVERY_KEY);
    assertThat(config.model()).isEqualTo("other");
    assertThat(config.rounds()).isEqualTo(1000);
    assertThat(config.data()).hasValue(Path.of("/experiments/rows"));
    assertThat(config.deadline()).hasValue(Duration.ofMinutes(15));
    assertThat(config.sample()).hasValue(2);
    assertThat(config.weightedBy()).isEqualTo(Weight.TRAINED_TOKENS);
    assertThat(config.targets()).containsExactly("q_proj", "v_proj");
    assertThat(config.settings()).containsEntry("spark.master", "local[2]");
    assertThat(config.local()).isEqualTo(new SampleConfig.Local(2e-4, false));
    assertThat(config.server()).isEqualTo(new AdaptiveMoments(0.1, 7));
  }

  @Test
  void nothingWrittenIsTheDefaults() {
    assertThat(bind("")).isEqualTo(SampleConfig.defaults());
    assertThat(bind("rounds:\nlocal:\n")).isEqualTo(SampleConfig.defaults());
  }

  @Test
  void choiceIsANameOrASectionOverTheStandingChoice() {
    assertThat(bind("server: fedavg").server()).isEqualTo(new Average(0.5));
    assertThat(bind("server: adaptive-moments").server()).isEqualTo(new AdaptiveMoments(0.1, 10));
    assertThat(bind("server: {rate: 0.25}").server()).isEqualTo(new Average(0.25));
    assertThat(bind("server: {kind: fedavg}").server()).isEqualTo(new Average(0.5));
  }

  @Test
  void noneTakesAnOptionalValueAway() {
    assertThat(bind("deadline: 15m", "deadline=none", "sample=none"))
        .isEqualTo(SampleConfig.defaults());
  }

  @Test
  void inQuotesNoneIsAText() {
    assertThat(bind("data: \"none\"").data()).hasValue(Path.of("/experiments/none"));
    assertThat(bind("", "data='none'").data()).hasValue(Path.of("/work-here/none"));
    assertThatThrownBy(() -> bind("sample: 'none'"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("sample");
  }

  @Test
  void overrideWinsAndItsPathsAreOfTheWorkingFolder() {
    var config =
        bind("rounds: 2\nserver: fedavg", "rounds=9", "server.rate=2", "data=rows", "targets=[o]");
    assertThat(config.rounds()).isEqualTo(9);
    assertThat(config.server()).isEqualTo(new Average(2));
    assertThat(config.data()).hasValue(Path.of("/work-here/rows"));
    assertThat(config.targets()).containsExactly("o");
  }

  @Test
  void unknownKeyNamesTheNearestTheLineAndTheKnown() {
    assertThatThrownBy(() -> bind("model: tiny\nlocal:\n  learnin-rate: 1"))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "Unknown key local.learnin-rate in sample.yaml line 3 (did you mean learning-rate?): known keys of local are learning-rate, shuffle");
    assertThatThrownBy(() -> bind("", "local.shufle=true"))
        .hasMessageStartingWith(
            "Unknown key local.shufle in --set local.shufle=true (did you mean shuffle?)");
    assertThatThrownBy(() -> bind("local: {kind: fast}"))
        .hasMessage(
            "Unknown key local.kind in sample.yaml line 1: known keys of local are learning-rate, shuffle");
  }

  @Test
  void wrongTypeNamesKeyValueAndLine() {
    assertThatThrownBy(() -> bind("\nrounds: many"))
        .hasMessage("Invalid rounds many in sample.yaml line 2: must be a whole number");
    assertThatThrownBy(() -> bind("rounds: 1.5"))
        .hasMessage("Invalid rounds 1.5 in sample.yaml line 1: must be a whole number");
    assertThatThrownBy(() -> bind("local: {shuffle: yes}"))
        .hasMessage("Invalid local.shuffle yes in sample.yaml line 1: must be true or false");
    assertThatThrownBy(() -> bind("deadline: 15"))
        .hasMessageContaining("must be a duration such as 90s, 15m or 2h");
    assertThatThrownBy(() -> bind("targets: q_proj"))
        .hasMessageContaining("Invalid value of targets in sample.yaml line 1: must be a list");
    assertThatThrownBy(() -> bind("local: 3"))
        .hasMessageContaining("Invalid value of local in sample.yaml line 1: must be a section");
    assertThatThrownBy(() -> bind("rounds: [1]"))
        .hasMessage(
            "Invalid value of rounds in sample.yaml line 1: must be one value, found a list");
  }

  @Test
  void unknownChoicesListTheKnownOnes() {
    assertThatThrownBy(() -> bind("weighted-by: tokens"))
        .hasMessage(
            "Invalid weighted-by tokens in sample.yaml line 1: must be one of examples, trained-tokens");
    assertThatThrownBy(() -> bind("server: fedavgg"))
        .hasMessage(
            "Unknown server fedavgg in sample.yaml line 1 (did you mean fedavg?): known are fedavg, adaptive-moments");
  }

  @Test
  void recordsOwnCheckIsShownWithTheLine() {
    assertThatThrownBy(() -> bind("local:\n  learning-rate: -1"))
        .hasMessage("Invalid learning rate -1.0: must be above 0 (local, sample.yaml line 1)");
  }

  private static SampleConfig bind(String text, String... overrides) {
    var tree = ConfigTree.parse(text, "sample.yaml");
    for (var override : overrides) {
      tree = ConfigTree.with(tree, override);
    }
    return new RecordBinder(new ScalarValue(Path.of("/experiments"), Path.of("/work-here")))
        .bind(SampleConfig.class, tree);
  }
}
