package org.silotune.llm.plan;

import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.silotune.llm.script.NativeMemoryException;

/**
 * Says of a fine-tune that ran out of memory what has it and what to set.
 *
 * @param model what was trained
 * @param shape how
 * @param tasks how many train at once in the process
 */
public record MemoryShortage(TrainedModel model, TrainingShape shape, int tasks) {

  private static final int NAMED = 3;

  /** Returns the failure where the system refused native memory, or a GPU its own. */
  public InsufficientMemoryException refused(NativeMemoryException refusal) {
    if (refusal.onGpu()) {
      return new InsufficientMemoryException(
          "Cannot train: %s; %s; %slower local.token-budget or local.loss-chunk (%d), take a smaller precision.base, or let fewer tasks share the GPU (spark.task.resource.gpu.amount)"
              .formatted(
                  refusal.bytes().isPresent()
                      ? Bytes.text(refusal.bytes().getAsLong())
                          + " more of the GPU's memory were refused"
                      : "the GPU's memory was refused",
                  consumers("of one task the", TrainingMemory.ofGpu(model, shape, 1)),
                  shape.recompute() ? "" : "set local.checkpointing on, ",
                  shape.lossChunk()),
          refusal);
    }
    String asked =
        refusal.bytes().isPresent()
            ? "%s more of native memory were refused"
                .formatted(Bytes.text(refusal.bytes().getAsLong()))
            : "native memory was refused";
    return new InsufficientMemoryException(
        "Cannot train: %s; %s; %s"
            .formatted(asked, consumers("the", plan()), advice(ProcessMemory.peakResidentBytes())),
        refusal);
  }

  /**
   * Returns the failure where the Java heap is full. The error is no cause of it: Spark ends a
   * process whose task it finds one in.
   */
  public InsufficientMemoryException exhausted(OutOfMemoryError error) {
    InsufficientMemoryException failure =
        new InsufficientMemoryException(
            "Cannot train: %s, the heap may take %s; its rows and %s of adapter, moments and update lie there, tensors outside; raise -Xmx (spark.executor.memory); %s"
                .formatted(
                    error.getMessage(),
                    Bytes.text(Runtime.getRuntime().maxMemory()),
                    Bytes.text(TrainingMemory.adapterOnHeap(model, shape)),
                    consumers("the", plan())));
    failure.addSuppressed(error);
    return failure;
  }

  private MemoryPlan plan() {
    return TrainingMemory.plan(model, shape, tasks);
  }

  private static String consumers(String whose, MemoryPlan plan) {
    return "%s predicted peak is %s, most of it %s"
        .formatted(
            whose,
            Bytes.text(plan.peakBytes()),
            plan.consumers().stream()
                .limit(NAMED)
                .map(c -> "%s %s".formatted(c.name(), Bytes.text(c.bytes())))
                .collect(Collectors.joining(", ")));
  }

  /** What this process has had at once, it can have again. */
  private String advice(OptionalLong had) {
    var fitting =
        had.isEmpty()
            ? LeanerSettings.leanest(model, shape, tasks)
            : LeanerSettings.within(had.getAsLong(), model, shape, tasks);
    String more = "give the process more (spark.executor.memoryOverhead)";
    return fitting
        .map(
            leaner ->
                "set %s, which takes %s, or %s"
                    .formatted(leaner.settings(), Bytes.text(leaner.plan().peakBytes()), more))
        .orElseGet(
            () ->
                "no setting of the trainer fits%s: take a smaller precision.base or %s"
                    .formatted(
                        had.isEmpty()
                            ? ""
                            : " in the " + Bytes.text(had.getAsLong()) + " there were",
                        more));
  }
}
