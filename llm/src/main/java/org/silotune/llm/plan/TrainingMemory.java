package org.silotune.llm.plan;

import static org.silotune.llm.plan.MemoryConsumer.Kind.GPU;
import static org.silotune.llm.plan.MemoryConsumer.Kind.HEAP;
import static org.silotune.llm.plan.MemoryConsumer.Kind.MAPPED;
import static org.silotune.llm.plan.MemoryConsumer.Kind.NATIVE;
import static org.silotune.llm.plan.MemoryConsumer.Kind.RUNTIME;

import java.util.ArrayList;
import java.util.List;
import org.silotune.llm.model.AttentionScript;
import org.silotune.llm.model.ComputeType;
import org.silotune.llm.model.DecoderConfig;
import org.silotune.llm.model.LayerAttention;
import org.silotune.llm.script.NativeAllocator;

/**
 * The memory of a fine-tune at its peak, by consumer: what lasts for a step, and of the head and a
 * layer, which follow each other, the one that takes more. What is counted from shapes is exact up
 * to small tensors; the {@linkplain Constants constants} are measured. {@code docs/memory.md}
 * derives every line and compares with measured peaks.
 *
 * <p>Legend: N tokens of the largest micro-batch, C positions of a loss chunk, L layers, D hidden
 * size, F intermediate size, V vocabulary, P trained values, b bytes of a value in the products.
 */
public final class TrainingMemory {

  /**
   * At the gated product three tensors of F, and the residual's, its sum's and the incoming one.
   */
  private static final int GRADIENTS_OF_F = 3;

  private static final int GRADIENTS_OF_D = 3;

  /** Logits and log-probabilities, which become the gradient. */
  private static final int LOGITS = 2;

  /** Two tensors of 64 bits for two coordinates, and their bits. */
  private static final int DRAWN_BYTES = 9;

  private final TrainedModel model;
  private final TrainingShape shape;
  private final Constants constants;
  private final MemoryConsumer.Kind tensors;

  /**
   * What no shape tells, measured on one machine.
   *
   * @param runtimeBytes the JVM and libtorch before any tensor
   * @param heapBytes the Java heap that a fine-tune fills before it is collected
   * @param freeShareOfKept freed blocks that the allocator keeps and cannot use again, over the
   *     activations of layers that are kept: there it {@linkplain NativeAllocator.Freed#REUSED
   *     reuses} blocks
   * @param freeShareOfSmall the same over activations and states of layers that are recomputed,
   *     between which passing ones leave holes; where an activation of the hidden width is below
   *     {@link NativeAllocator#OWN_PAGES}
   * @param freeOfSmall what a worker's arenas keep free there besides, for a byte of b
   * @param freeShareOfLarge {@code freeShareOfSmall} where that activation has its own pages
   */
  public record Constants(
      long runtimeBytes,
      long heapBytes,
      double freeShareOfKept,
      double freeShareOfSmall,
      long freeOfSmall,
      double freeShareOfLarge) {

    /** Of a process that trains and does nothing else, with glibc's allocator. */
    public static Constants measured() {
      return new Constants(180L << 20, 96L << 20, 0.8, 0.5, 18L << 20, 0.1);
    }

    /** Of a GPU: assumed, for nobody has run one. Its runtime is CUDA's context and libraries. */
    static Constants assumedOfGpu() {
      return new Constants(600L << 20, 0, 0.1, 0.1, 0, 0.1);
    }
  }

  private TrainingMemory(
      TrainedModel model, TrainingShape shape, Constants constants, MemoryConsumer.Kind tensors) {
    this.model = model;
    this.shape = shape;
    this.constants = constants;
    this.tensors = tensors;
  }

  /** Returns the plan of a process in which {@code tasks} train at once. */
  public static MemoryPlan plan(
      TrainedModel model, TrainingShape shape, int tasks, Constants constants) {
    TrainingMemory memory = new TrainingMemory(model, shape, constants, NATIVE);
    return new MemoryPlan(memory.process(), memory.task(), tasks);
  }

  /** Returns the plan by the measured constants. */
  public static MemoryPlan plan(TrainedModel model, TrainingShape shape, int tasks) {
    return plan(model, shape, tasks, Constants.measured());
  }

  /** Returns the plan of a GPU's memory, on which {@code tasks} of a process train at once. */
  public static MemoryPlan ofGpu(TrainedModel model, TrainingShape shape, int tasks) {
    Constants constants = Constants.assumedOfGpu();
    TrainingMemory memory = new TrainingMemory(model, shape, constants, GPU);
    return new MemoryPlan(
        List.of(
            new MemoryConsumer("base weights", GPU, model.base().residentBytes()),
            new MemoryConsumer("CUDA's context and libraries", GPU, constants.runtimeBytes())),
        memory.taskOnGpu(),
        tasks);
  }

  /** Returns the plan of a process whose {@code tasks} train on GPUs at once. */
  public static MemoryPlan besideGpu(TrainedModel model, TrainingShape shape, int tasks) {
    TrainingMemory memory = new TrainingMemory(model, shape, Constants.measured(), NATIVE);
    List<MemoryConsumer> task = new ArrayList<>();
    task.add(memory.consumer("page-locked ids and rotary tables", memory.input()));
    if (model.base().passingBytes() > 0) {
      long bytes = 2 * model.base().passingBytes(); // the one that is copied, and the next
      task.add(new MemoryConsumer("layers on their way to the GPU, mapped", MAPPED, bytes));
    }
    return new MemoryPlan(memory.runtime(), task, tasks);
  }

  private List<MemoryConsumer> process() {
    List<MemoryConsumer> process = new ArrayList<>();
    process.add(new MemoryConsumer("base weights, mapped", MAPPED, model.base().mappedBytes()));
    process.addAll(runtime());
    return process;
  }

  private List<MemoryConsumer> runtime() {
    return List.of(
        new MemoryConsumer("JVM and libtorch", RUNTIME, constants.runtimeBytes()),
        new MemoryConsumer("Java heap", HEAP, constants.heapBytes() + adapterOnHeap(model, shape)));
  }

  /** The initial and the trained adapter, their difference, and the moments before and after. */
  static long adapterOnHeap(TrainedModel model, TrainingShape shape) {
    return Float.BYTES * model.parameters() * (3L + 2L * shape.moments());
  }

  private List<MemoryConsumer> task() {
    List<MemoryConsumer> task = new ArrayList<>();
    task.add(consumer("trained tensors, gradients and moments", trained()));
    task.add(perWorker("states between layers", states()));
    task.add(perWorker("ids and rotary tables", input()));
    if (!shape.recompute()) {
      int layers = model.config().layerCount();
      long kept = layers * activations() * shape.workers();
      task.add(consumer("activations of %d layers".formatted(layers), kept));
      task.add(perWorker("matrices made of the layers", model.base().layers().bytes()));
    }
    task.add(perWorker("free blocks of the allocator", free()));
    task.addAll(larger(atHead(), atLayer()));
    task.removeIf(consumer -> consumer.bytes() == 0);
    return task;
  }

  /** A mask is drawn there, of integers, one at a time. */
  private List<MemoryConsumer> taskOnGpu() {
    List<MemoryConsumer> task = new ArrayList<>(task());
    DecoderConfig config = model.config();
    long widest = Math.max(config.intermediateSize(), config.headCount() * config.headSize());
    long coordinates = shape.tokens() * Math.min(model.kept().maskBytes(), widest);
    if (coordinates > 0) {
      task.add(consumer("integers of a dropout mask", DRAWN_BYTES * coordinates));
    }
    return task;
  }

  /** What is there while the losses of a chunk are differentiated, and gone with them. */
  private List<MemoryConsumer> atHead() {
    var head = model.base().head();
    long made = head.bytes() + Math.max(0, head.scratchBytes() - logits());
    return List.of(
        perWorker("logits of a loss chunk", logits()), perWorker("matrix made of the head", made));
  }

  /** What is there while a layer is differentiated, and gone with it. */
  private List<MemoryConsumer> atLayer() {
    var base = model.base();
    List<MemoryConsumer> layer = new ArrayList<>();
    layer.add(perWorker("gradients of activations", gradients()));
    layer.add(perWorker("scratch of a matrix of the base", base.layers().scratchBytes()));
    if (shape.recompute()) {
      layer.add(perWorker("activations of a layer", activations()));
      long brought = model.isOnGpu() ? base.broughtBytes() : 0;
      layer.add(perWorker("matrices made of a layer", base.largestLayer().bytes() + brought));
    }
    return layer;
  }

  private static List<MemoryConsumer> larger(List<MemoryConsumer> a, List<MemoryConsumer> b) {
    return bytes(a) >= bytes(b) ? a : b;
  }

  private static long bytes(List<MemoryConsumer> consumers) {
    return consumers.stream().mapToLong(MemoryConsumer::bytes).sum();
  }

  /**
   * Of recomputed layers, a micro-batch whose blocks just have their own pages takes less than one
   * whose blocks just have not: so it is measured, at 1,024 and 1,536 tokens of SmolLM2.
   */
  private long free() {
    if (!shape.recompute()) {
      long kept = model.config().layerCount() * (activations() - probabilities()) + states();
      return Math.round(constants.freeShareOfKept() * kept);
    }
    long recomputed = activations() + states();
    boolean large = shape.tokens() * hidden() >= NativeAllocator.OWN_PAGES;
    return large
        ? Math.round(constants.freeShareOfLarge() * recomputed)
        : Math.round(constants.freeShareOfSmall() * recomputed)
            + constants.freeOfSmall() * model.compute().bytes();
  }

  /** Each worker's values and gradients, the sum of the gradients, and the moments. */
  private long trained() {
    return Float.BYTES * model.parameters() * (2L * shape.workers() + 1 + shape.moments());
  }

  private long activations() {
    long kept = shape.tokens() * model.kept().bytes(model.compute());
    return kept + probabilities() + masks();
  }

  /** What examples that attend by products keep; its blocks are large and leave no holes. */
  private long probabilities() {
    return model.compute().bytes()
        * AttentionScript.keptValues(
            model.config(),
            model.compute(),
            model.isOnGpu(),
            shape.tokens(),
            shape.longestExample());
  }

  /** A window's mask is made where an example is longer than it. */
  private long masks() {
    boolean masked =
        model.config().layers().stream()
            .mapToInt(LayerAttention::window)
            .anyMatch(window -> window > 0 && window < shape.longestExample());
    long positions = (long) shape.longestExample() * shape.longestExample();
    return masked ? positions * (1 + model.compute().bytes()) : 0;
  }

  /** The input of every layer, where layers run again from it. */
  private long states() {
    int count = shape.recompute() ? model.config().layerCount() + 1 : 2;
    return (long) count * shape.tokens() * hidden();
  }

  private long gradients() {
    long intermediate = (long) model.config().intermediateSize() * model.compute().bytes();
    return shape.tokens() * (GRADIENTS_OF_F * intermediate + GRADIENTS_OF_D * hidden());
  }

  private long logits() {
    long floats = (long) LOGITS + (model.trainsBase() ? 1 : 0);
    long cast = model.compute() == ComputeType.FLOAT32 ? 0 : model.compute().bytes();
    return (floats * Float.BYTES + cast)
        * Math.min(shape.lossChunk(), shape.tokens())
        * model.config().vocabularySize();
  }

  private long input() {
    DecoderConfig config = model.config();
    long tables = (long) config.ropes().size() * config.headSize() * Float.BYTES;
    return shape.tokens() * (2L * Long.BYTES + tables);
  }

  private long hidden() {
    return (long) model.config().hiddenSize() * model.compute().bytes();
  }

  private MemoryConsumer perWorker(String name, long bytes) {
    return consumer(name, bytes * shape.workers());
  }

  private MemoryConsumer consumer(String name, long bytes) {
    return new MemoryConsumer(name, tensors, bytes);
  }
}
