package org.silotune.llm.plan;

import java.util.OptionalLong;
import org.silotune.llm.Bytes;
import org.silotune.llm.InsufficientMemoryException;
import org.silotune.llm.script.NativeMemoryException;

/**
 * Says of a fine-tune that ran out of memory what has it and what to set.
 *
 * @param model what was trained
 * @param shape how
 * @param limit what the process may take, and how many train at once in it
 */
public record MemoryShortage(TrainedModel model, TrainingShape shape, MemoryLimit limit) {

  private static final String MORE = "give the process more (spark.executor.memoryOverhead)";

  /** Returns the failure where the system refused native memory, or a GPU its own. */
  public InsufficientMemoryException refused(NativeMemoryException refusal) {
    String what = refusal.onGpu() ? onGpu(refusal.gpuBytes()) : inProcess();
    return new InsufficientMemoryException(
        "Cannot train: %s; %s".formatted(refusal.refused(), what), refusal);
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
                    consumers()));
    failure.addSuppressed(error);
    return failure;
  }

  private String onGpu(OptionalLong has) {
    int tasks = limit.tasksPerGpu();
    MemoryPlan plan = TrainingMemory.ofGpu(model, shape, tasks);
    String there = has.isEmpty() ? "" : " in its " + Bytes.text(has.getAsLong());
    return "the predicted peak there with %d tasks at once is %s, most of it %s; %stake a GPU with more"
        .formatted(tasks, Bytes.text(plan.peakBytes()), plan.largest(), advice(has, tasks, there));
  }

  /** What this process has had at once, it can have again; beside a GPU no setting takes less. */
  private String inProcess() {
    if (model.isOnGpu()) {
      return "%s; tensors lie on the GPU, so %s".formatted(consumers(), MORE);
    }
    OptionalLong had = ProcessMemory.peakResidentBytes();
    String there =
        had.isEmpty() ? "" : " in the %s there were".formatted(Bytes.text(had.getAsLong()));
    return "%s; %s%s".formatted(consumers(), advice(had, limit.tasks(), there), MORE);
  }

  private String consumers() {
    MemoryPlan plan =
        model.isOnGpu()
            ? TrainingMemory.besideGpu(model, shape, limit.tasks())
            : TrainingMemory.plan(model, shape, limit.tasks());
    return "the predicted peak is %s, most of it %s"
        .formatted(Bytes.text(plan.peakBytes()), plan.largest());
  }

  /**
   * @param has what there is, where that is known
   * @param where that in words
   */
  private String advice(OptionalLong has, int tasks, String where) {
    var fitting =
        has.isEmpty()
            ? LeanerSettings.leanest(model, shape, tasks)
            : LeanerSettings.within(has.getAsLong(), model, shape, tasks);
    return fitting
        .map(
            leaner ->
                "set %s, which takes %s, or "
                    .formatted(leaner.settings(), Bytes.text(leaner.plan().peakBytes())))
        .orElseGet(
            () ->
                "no setting of the trainer fits%s: take a smaller precision.base or "
                    .formatted(where));
  }
}
