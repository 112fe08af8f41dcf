package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DryRunTest {

  @TempDir private Path folder;

  @Test
  void aDryRunOfRawDataSaysWhatARunTakesAndLeavesNothing() throws IOException {
    var experiment = TinyExperiment.in(folder);
    var planned = experiment.train("planned", "--dry-run");
    assertThat(planned.status()).as(planned.err()).isEqualTo(ExitStatus.DONE);
    JsonNode plan = planned.json();
    // rank 2 on q, k, v and o of four layers of 192, keys and values of 64
    assertThat(plan.path("trainable_parameters").asLong())
        .isEqualTo(4 * 2 * (2 * (192 + 192) + 2 * (192 + 64)));
    long floats = 4 * plan.path("trainable_parameters").asLong();
    assertThat(plan.path("bytes_up_a_silo").asLong()).isBetween(floats, floats + 4096);
    assertThat(plan.path("bytes_down_a_silo").asLong()).isBetween(floats, floats + 8192);
    assertThat(plan.path("bytes_up_a_round").asLong())
        .isEqualTo(6 * plan.path("bytes_up_a_silo").asLong());
    assertThat(plan.path("cohort").size()).isEqualTo(6);
    assertThat(plan.path("steps_a_round").asLong()).isPositive();
    assertThat(plan.path("tokens_are").asText()).contains("prepared on this machine");
    assertThat(plan.path("memory").path("fits").asBoolean()).isTrue();
    assertThat(plan.path("memory").path("consumers").findValuesAsText("name"))
        .contains("base weights, mapped", "activations of 4 layers", "logits of a loss chunk");
    assertThat(plan.path("time").path("round_seconds").asDouble()).isPositive();
    assertThat(planned.out()).contains("Memory of an executor, predicted", "it fits");
    assertThat(folder.resolve("runs")).doesNotExist();
  }

  @Test
  void anExecutorTooSmallIsSaidToBe() throws IOException {
    var planned =
        TinyExperiment.in(folder)
            .train(
                "small",
                "--dry-run",
                "--set",
                "spark.master=yarn",
                "--set",
                "spark.settings.spark.executor.memory=512m",
                "--set",
                "spark.settings.spark.executor.memoryOverhead=100m");
    assertThat(planned.status()).as(planned.err()).isEqualTo(ExitStatus.DONE);
    assertThat(planned.json().path("memory").path("limit_bytes").asLong()).isEqualTo(612L << 20);
    assertThat(planned.json().path("memory").path("fits").asBoolean()).isFalse();
    assertThat(planned.json().path("memory").path("recomputed").asBoolean()).isTrue();
    assertThat(planned.out()).contains("heap and overhead", "it does not fit");
  }

  @Test
  void mistakesHaveTheStatusThatTrainGivesThem() throws IOException {
    var planned =
        TinyExperiment.in(folder)
            .train("wrong", "--dry-run", "--set", "lora.target-modules=[q_projj]");
    assertThat(planned.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(planned.json().path("error").asText())
        .startsWith("Invalid LoRA target module q_projj");
    assertThat(folder.resolve("runs")).doesNotExist();
  }
}
