package org.silotune.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.silotune.fed.job.SiloLoad;
import org.silotune.fed.job.TextTable;
import org.silotune.fed.job.TrainPlan;
import org.silotune.fed.job.TrainPlan.Fit;
import org.silotune.llm.Bytes;
import org.silotune.llm.plan.MemoryLimit;
import org.silotune.llm.plan.MemoryPlan;

/** A plan as commands say it: tables for people, one object for programs. */
final class PlanText {

  private final TrainPlan plan;

  PlanText(TrainPlan plan) {
    this.plan = plan;
  }

  String text() {
    var gpu =
        plan.gpu()
            .map(
                memory -> "\n\nMemory of a GPU, predicted, not compared with one\n" + table(memory))
            .orElse("");
    return "Plan of %s: nothing was trained\n%s\n\nMemory of an executor, predicted\n%s%s\n\n%s"
        .formatted(plan.model(), work(), table(plan.memory()), gpu, verdict());
  }

  private TextLines work() {
    var lines = new TextLines();
    int cohort = plan.cohort().size();
    var traffic = plan.traffic();
    var time = plan.time();
    lines.add("trainable parameters", "%,d".formatted(plan.parameters()));
    lines.add("rounds", "%d of %d of %d silos".formatted(plan.rounds(), cohort, plan.siloCount()));
    lines.add(
        "work of a round",
        "%,d steps, %,d tokens (%s)"
            .formatted(plan.stepsPerRound(), plan.tokensPerRound(), plan.dataNote()));
    lines.add(
        "bytes down a round",
        "%s to each silo, %s in all (an executor fetches them once)"
            .formatted(Bytes.text(traffic.downBytes()), Bytes.text(traffic.downBytes() * cohort)));
    lines.add(
        "bytes up a round",
        "%s from each silo, %s in all%s"
            .formatted(
                Bytes.text(traffic.upBytes()),
                Bytes.text(traffic.upBytes() * cohort),
                plan.executor().local() ? "; in one process nothing is sent" : ""));
    lines.add(
        "time of a round",
        "%s training, %s validation, with %d silos at once"
            .formatted(
                seconds(time.trainSeconds()), seconds(time.validationSeconds()), time.slots()));
    lines.add("time of the rounds", seconds(plan.runSeconds()));
    lines.add(
        "how the time is got",
        String.format(
            Locale.ROOT,
            "products by 4N%s at %.0f GFLOP/s of a thread, measured now here, and the layers' other work by its values; without start, test scores, answers",
            plan.shape().recompute() ? " and 2N for recomputed layers" : "",
            time.productFlops() * 1e-9));
    return lines;
  }

  private static String table(MemoryPlan memory) {
    var table = new TextTable("what", "where", "once", "x");
    for (var consumer : memory.process()) {
      table.row(consumer.name(), consumer.kind().label(), Bytes.text(consumer.bytes()), "1");
    }
    for (var consumer : memory.task()) {
      table.row(
          consumer.name(),
          consumer.kind().label(),
          Bytes.text(consumer.bytes()),
          Integer.toString(memory.tasks()));
    }
    return table.toString();
  }

  private String verdict() {
    var lines = new TextLines();
    MemoryLimit limit = plan.executor().memory();
    lines.add("peak of a task", Bytes.text(plan.memory().taskBytes()));
    lines.add(
        "peak of an executor",
        "%s with %d tasks at once, %s with its heap full"
            .formatted(
                Bytes.text(plan.memory().peakBytes()),
                plan.memory().tasks(),
                Bytes.text(limit.requiredBytes(plan.memory()))));
    lines.add(
        "the executor has",
        "%s (%s): %s"
            .formatted(
                Bytes.text(limit.bytes()),
                plan.executor().containerBytes().isPresent() ? "heap and overhead" : "this machine",
                plan.fits() == Fit.DOES_NOT_FIT ? "it does not fit" : "it fits"));
    plan.gpu()
        .ifPresent(
            gpu ->
                lines.add(
                    "peak of a GPU",
                    "%s with %d tasks at once; no setting of Spark tells what it has: whether it fits is not known"
                        .formatted(Bytes.text(gpu.peakBytes()), gpu.tasks())));
    lines.add(
        "micro-batches",
        "%d tokens at most, layers %s, %d at once a task"
            .formatted(
                plan.shape().tokens(),
                plan.shape().recompute() ? "recomputed" : "kept",
                plan.shape().workers()));
    return lines.toString();
  }

  ObjectNode json() {
    var json = Subcommand.JSON.createObjectNode();
    int cohort = plan.cohort().size();
    json.put("dry_run", true)
        .put("model", plan.model())
        .put("trainable_parameters", plan.parameters())
        .put("rounds", plan.rounds())
        .put("silos", plan.siloCount())
        .put("silos_a_round", cohort)
        .put("steps_a_round", plan.stepsPerRound())
        .put("tokens_a_round", plan.tokensPerRound())
        .put("tokens_are", plan.dataNote())
        .put("bytes_down_a_silo", plan.traffic().downBytes())
        .put("bytes_up_a_silo", plan.traffic().upBytes())
        .put("bytes_down_a_round", plan.traffic().downBytes() * cohort)
        .put("bytes_up_a_round", plan.traffic().upBytes() * cohort);
    memory(json.putObject("memory"));
    plan.gpu().ifPresent(gpu -> gpu(gpu, json.putObject("gpu_memory")));
    time(json.putObject("time"));
    var silos = json.putArray("cohort");
    for (SiloLoad load : plan.cohort()) {
      silos
          .addObject()
          .put("silo", load.silo())
          .put("examples", load.examples())
          .put("steps", load.steps())
          .put("tokens", load.tokens());
    }
    return json;
  }

  private void memory(ObjectNode json) {
    var memory = plan.memory();
    var limit = plan.executor().memory();
    json.put("task_bytes", memory.taskBytes())
        .put("executor_bytes", memory.peakBytes())
        .put("executor_bytes_with_full_heap", limit.requiredBytes(memory))
        .put("limit_bytes", limit.bytes())
        .put("tasks", memory.tasks())
        .put("workers", plan.shape().workers())
        .put("recomputed", plan.shape().recompute())
        .put("micro_batch_tokens", plan.shape().tokens());
    switch (plan.fits()) {
      case FITS -> json.put("fits", true);
      case DOES_NOT_FIT -> json.put("fits", false);
      case NOT_KNOWN -> json.put("fits", "not known");
    }
    consumers(memory, json);
  }

  private static void gpu(MemoryPlan gpu, ObjectNode json) {
    json.put("task_bytes", gpu.taskBytes())
        .put("gpu_bytes", gpu.peakBytes())
        .put("tasks", gpu.tasks());
    consumers(gpu, json);
  }

  private static void consumers(MemoryPlan memory, ObjectNode json) {
    var consumers = json.putArray("consumers");
    for (var consumer : memory.consumers()) {
      consumers
          .addObject()
          .put("name", consumer.name())
          .put("where", consumer.kind().label())
          .put("bytes", consumer.bytes());
    }
  }

  private void time(ObjectNode json) {
    var time = plan.time();
    json.put("round_seconds", time.seconds())
        .put("train_seconds", time.trainSeconds())
        .put("validation_seconds", time.validationSeconds())
        .put("all_rounds_seconds", plan.runSeconds())
        .put("thread_flops", time.productFlops())
        .put("silos_at_once", time.slots());
  }

  private static String seconds(double seconds) {
    return seconds < 120
        ? String.format(Locale.ROOT, "%.1f s", seconds)
        : "%d min".formatted(Math.round(seconds / 60));
  }
}
