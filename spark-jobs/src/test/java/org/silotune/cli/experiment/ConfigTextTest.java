package org.silotune.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.silotune.cli.experiment.SampleConfig.Server.AdaptiveMoments;
import org.silotune.cli.experiment.SampleConfig.Weight;

final class ConfigTextTest {

  private static final SampleConfig CONFIG =
      new SampleConfig(
          "a \"quoted\" name",
          7,
          Optional.of(Path.of("/data/rows")),
          Optional.of(Duration.ofMillis(1500)),
          OptionalInt.of(2),
          Weight.TRAINED_TOKENS,
          List.of("q_proj", "v_proj"),
          Map.of("spark.sql.shuffle.partitions", "8"),
          new SampleConfig.Local(2e-4, false),
          new AdaptiveMoments(0.3, 4));

  @Test
  void textIsReadBackAsTheSameRecord() {
    assertThat(read(ConfigText.of(CONFIG))).isEqualTo(CONFIG);
    assertThat(read(ConfigText.of(SampleConfig.defaults()))).isEqualTo(SampleConfig.defaults());
    assertThat(ConfigText.scalar(Optional.of("none"))).hasValue("\"none\"");
  }

  @Test
  void textHasEveryKeyOnALineOfItsOwn() {
    assertThat(ConfigText.of(SampleConfig.defaults()))
        .isEqualTo(
            """
            model: tiny
            rounds: 3
            data: none
            deadline: none
            sample: none
            weighted-by: examples
            targets: [q_proj]
            settings: {}
            local:
              learning-rate: 0.001
              shuffle: true
            server:
              kind: fedavg
              rate: 0.5
            """);
  }

  @Test
  void keysAreListedWithTheirDefaults() {
    assertThat(ConfigKey.of(SampleConfig.class))
        .contains(
            new ConfigKey("rounds", Optional.of("3")),
            new ConfigKey("data", Optional.of("none")),
            new ConfigKey("local.learning-rate", Optional.of("0.001")),
            new ConfigKey("server", Optional.of("fedavg")),
            new ConfigKey("server[fedavg].rate", Optional.of("0.5")),
            new ConfigKey("server[adaptive-moments].warm-up", Optional.of("10")));
  }

  private static SampleConfig read(String text) {
    return new RecordBinder(new ScalarValue(Path.of("/x"), Path.of("/y")))
        .bind(SampleConfig.class, ConfigTree.parse(text, "sample.yaml"));
  }
}
