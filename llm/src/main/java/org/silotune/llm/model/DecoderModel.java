package org.silotune.llm.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.silotune.llm.checkpoint.PinnedMapping;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.ScriptModule;
import org.silotune.llm.script.TensorDevice;

/**
 * A frozen base model, resident in native memory and shared by every task of a process.
 *
 * <p>Thread-safe: tasks compute at the same time, each in its own {@link
 * org.silotune.llm.script.ComputeThread} and scope, and get the same bits as one after the other.
 * Weights never collect gradients. The owner closes the model when no task uses it any more.
 */
public final class DecoderModel implements AutoCloseable {

  private final BaseModelRef ref;
  private final Architecture architecture;
  private final NativeScope scope;
  private final DecoderWeights weights;
  private final List<WeightForms> layerForms;
  private final WeightPages pages;
  private final ModelOptions options;
  private final BaseFootprint footprint;
  private final RopeTables ropes;
  private final Map<ScriptText, ScriptModule> scripts = new ConcurrentHashMap<>();

  DecoderModel(
      BaseModelRef ref,
      Architecture architecture,
      NativeScope scope,
      Map<String, HeldWeight> weights,
      ModelOptions options,
      BaseFootprint footprint) {
    this.ref = ref;
    this.architecture = architecture;
    this.scope = scope;
    this.weights =
        DecoderWeights.of(architecture.block(), architecture.config().layerCount(), weights);
    this.layerForms =
        layerForms(
            architecture,
            weights,
            options.offload() ? Optional.of(scope.device()) : Optional.empty());
    this.pages = WeightPages.of(architecture.block(), architecture.config().layerCount(), weights);
    this.options = options;
    this.footprint = footprint;
    this.ropes = new RopeTables(architecture.config().ropes());
  }

  /** Returns which model this is. */
  public BaseModelRef ref() {
    return ref;
  }

  /** Returns the sizes. */
  public DecoderConfig config() {
    return architecture.config();
  }

  /** Returns the type of the products. */
  public ComputeType compute() {
    return options.compute();
  }

  /** Returns where the weights lie and tasks compute. */
  public TensorDevice device() {
    return scope.device();
  }

  /** Returns what the weights take. */
  public BaseFootprint footprint() {
    return footprint;
  }

  /**
   * Returns what a recorded layer keeps for its backward pass, without what is of the adapter's own
   * rank.
   *
   * @param adapted the modules that carry an adapter, of {@link #linears()}
   * @param dropout whether their inputs are masked
   */
  public KeptStates kept(List<String> adapted, boolean dropout) {
    return architecture.block().kept(new ScriptVariant(adapted, dropout));
  }

  /**
   * Returns whether matrices are made of codes and scales wherever they are used: autograd would
   * keep what it multiplies with, so that training must recompute layers.
   */
  public boolean isDequantised() {
    return layerForms.stream().anyMatch(WeightForms::isDequantised);
  }

  /**
   * Returns whether a layer's weights are in memory only while a pass is at the layer, so that
   * training must recompute layers: one backward pass through all would bring all back.
   */
  public boolean isOffloaded() {
    return options.offload();
  }

  /** Returns the maps of a layer that an adapter can attach to, in the order of computation. */
  public List<LinearSpec> linears() {
    return architecture.block().linears();
  }

  /** Returns a layer's path in transformers' module tree, such as {@code model.layers.0.} */
  public String modulePrefix(int layer) {
    return architecture.block().modulePrefix(layer);
  }

  /** Returns the forward pass with an adapter, without dropout. */
  public Forward forward(BoundAdapter adapter) {
    return forward(adapter, Optional.empty());
  }

  /** Returns the forward pass with an adapter whose inputs are masked while training. */
  public Forward forward(BoundAdapter adapter, DropoutMasks masks) {
    return forward(adapter, Optional.of(masks));
  }

  /** Opens a scope for a task that computes on {@code thread}; the task closes it. */
  public NativeScope openTask(ComputeThread thread) {
    thread.requireCurrent();
    return scope.open();
  }

  /** Returns how many tensors the model's scope and the tasks' below it hold, for leak checks. */
  public int heldCount() {
    return scope.heldCount();
  }

  @Override
  public void close() {
    try {
      weights.close();
      scope.close();
      scope.giveBack();
    } finally { // a GPU that fails has no part in the files
      if (PinnedMapping.isAdvisable()) {
        pages.releaseAll();
      }
    }
  }

  private Forward forward(BoundAdapter adapter, Optional<DropoutMasks> masks) {
    ScriptVariant variant = new ScriptVariant(adapter.modules(), masks.isPresent());
    List<ScriptModule> layers =
        layerForms.stream().map(forms -> script(new ScriptText(variant, forms))).toList();
    Optional<PageWindow> window =
        options.offload() ? Optional.of(new PageWindow(pages)) : Optional.empty();
    return new Forward(architecture, layers, weights, window, adapter, ropes, masks);
  }

  private ScriptModule script(ScriptText text) {
    return scripts.computeIfAbsent(
        text,
        t ->
            ScriptModule.compile(
                scope, architecture.script(t.variant(), t.forms(), options.compute())));
  }

  private static List<WeightForms> layerForms(
      Architecture architecture,
      Map<String, HeldWeight> weights,
      Optional<TensorDevice> broughtTo) {
    return IntStream.range(0, architecture.config().layerCount())
        .mapToObj(layer -> WeightForms.of(architecture.block(), layer, weights, broughtTo))
        .toList();
  }

  private record ScriptText(ScriptVariant variant, WeightForms forms) {}
}
