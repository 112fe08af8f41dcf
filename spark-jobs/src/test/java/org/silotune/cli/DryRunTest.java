package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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
  void aGpusMemoryIsPlannedBesideTheExecutors() throws IOException {
    var planned =
        TinyExperiment.in(folder)
            .train(
                "gpu",
                "--dry-run",
                "--set",
                "device=gpu",
                "--set",
                "spark.master=yarn",
                "--set",
                "spark.settings.spark.executor.cores=4",
                "--set",
                "spark.settings.spark.executor.resource.gpu.amount=1",
                "--set",
                "spark.settings.spark.task.resource.gpu.amount=0.5");
    assertThat(planned.status()).as(planned.err()).isEqualTo(ExitStatus.DONE);
    JsonNode gpu = planned.json().path("gpu_memory");
    JsonNode host = planned.json().path("memory");
    assertThat(gpu.path("tasks").asInt()).isEqualTo(2);
    assertThat(gpu.path("gpu_bytes").asLong()).isGreaterThan(2 * gpu.path("task_bytes").asLong());
    assertThat(gpu.path("consumers").findValuesAsText("where")).containsOnly("gpu");
    assertThat(gpu.path("consumers").findValuesAsText("name"))
        .contains("base weights", "activations of a layer");
    assertThat(host.path("tasks").asInt()).isEqualTo(2);
    assertThat(host.path("workers").asInt()).isEqualTo(1);
    assertThat(host.path("recomputed").asBoolean()).isTrue();
    assertThat(host.path("fits").asText()).isEqualTo("not known");
    assertThat(host.path("consumers").findValuesAsText("name"))
        .containsExactlyInAnyOrder(
            "JVM and libtorch", "Java heap", "page-locked ids and rotary tables");
    assertThat(planned.out())
        .contains(
            "Memory of a GPU, predicted, not compared with one",
            "with 2 tasks at once; no setting of Spark tells what it has: whether it fits is not known");
    assertThat(planned.err())
        .contains(
            "The GPU's memory is planned from shapes and assumed constants, and time for a processor: neither was compared with a run on a GPU");
  }

  @Test
  void aGpuThatSparkDoesNotGiveIsAMistake() throws IOException {
    var experiment = TinyExperiment.in(folder);
    var planned = experiment.train("none", "--dry-run", "--set", "device=gpu");
    var trained = experiment.train("none", "--set", "device=gpu");
    assertThat(List.of(planned.status(), trained.status())).containsOnly(ExitStatus.USAGE);
    assertThat(trained.json()).isEqualTo(planned.json());
    assertThat(folder.resolve("runs/none/config.json")).as("not begun").doesNotExist();
    assertThat(planned.json().path("error").asText())
        .isEqualTo(
            "Cannot use device gpu: Spark gives tasks none under a local master; name a cluster's and set spark.executor.resource.gpu.amount and spark.task.resource.gpu.amount, or device: cpu");
  }

  /** Whoever gives a task two GPUs would pay for one that is idle. */
  @Test
  void severalGpusOfATaskAreAMistake() throws IOException {
    var planned =
        TinyExperiment.in(folder)
            .train(
                "two",
                "--dry-run",
                "--set",
                "device=auto",
                "--set",
                "spark.master=yarn",
                "--set",
                "spark.settings.spark.executor.resource.gpu.amount=2",
                "--set",
                "spark.settings.spark.task.resource.gpu.amount=2");
    assertThat(planned.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(planned.json().path("error").asText())
        .isEqualTo(
            "Invalid spark.task.resource.gpu.amount 2: a task computes on one GPU, the others would be idle; set it to 1, or to the part of one that a task takes");
  }

  /** The plan is of glibc's allocator as SiloTune sets it. */
  @Test
  void anotherAllocatorOfTheExecutorsIsWarnedOf() throws IOException {
    String warning =
        "Memory is planned for glibc's allocator as SiloTune sets it, but LD_PRELOAD is /usr/lib/libjemalloc.so.2: the peak may be higher";
    String preload = "spark.settings.spark.executorEnv.LD_PRELOAD=/usr/lib/libjemalloc.so.2";
    var experiment = TinyExperiment.in(folder);
    var cluster =
        experiment.train("other", "--dry-run", "--set", "spark.master=yarn", "--set", preload);
    assertThat(cluster.status()).as(cluster.err()).isEqualTo(ExitStatus.DONE);
    assertThat(cluster.err()).contains(warning);
    var here = experiment.train("own", "--dry-run", "--set", preload);
    assertThat(here.status()).as(here.err()).isEqualTo(ExitStatus.DONE);
    assertThat(here.err()).as("this process has its own environment").doesNotContain("allocator");
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
