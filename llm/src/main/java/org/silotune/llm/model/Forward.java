package org.silotune.llm.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.script.ScriptCall;
import org.silotune.llm.script.ScriptModule;
import org.silotune.llm.script.TensorList;

/**
 * The forward pass of one model with one set of weights and one adapter, layer by layer.
 *
 * <p>Whether autograd records is the caller's setting of its {@link
 * org.silotune.llm.script.ComputeThread}. Results belong to the scope given. Hidden states are (N,
 * D) in the type of the products.
 */
public final class Forward {

  private final Architecture architecture;
  private final ScriptModule script;
  private final List<ScriptModule> layerScripts;
  private final DecoderWeights weights;
  private final Optional<PageWindow> window;
  private final BoundAdapter adapter;
  private final RopeTables ropes;
  private final Optional<DropoutMasks> dropout;
  private final double scale;

  /**
   * @param layerScripts the script of each layer; embedding and head are the same in all of them
   * @param window of an offloaded base
   */
  Forward(
      Architecture architecture,
      List<ScriptModule> layerScripts,
      DecoderWeights weights,
      Optional<PageWindow> window,
      BoundAdapter adapter,
      RopeTables ropes,
      Optional<DropoutMasks> dropout) {
    this.architecture = architecture;
    this.script = layerScripts.get(0);
    this.layerScripts = layerScripts;
    this.weights = weights;
    this.window = window;
    this.adapter = adapter;
    this.ropes = ropes;
    this.dropout = dropout;
    this.scale = adapter.scale() * dropout.map(DropoutMasks::compensation).orElse(1.0);
  }

  /** Returns the number of layers. */
  public int layerCount() {
    return architecture.config().layerCount();
  }

  /** Brings a batch into native memory; {@code scope} must outlive the backward pass. */
  public Input input(NativeScope scope, TokenBatch batch) {
    return new Input(
        batch,
        scope.longs(batch.tokens(), batch.tokenCount()),
        scope.longs(batch.positions(), batch.tokenCount()),
        ropes.at(scope, batch.positions()));
  }

  /** Returns the input of the first layer. */
  public NativeTensor embed(NativeScope scope, Input input) {
    window.ifPresent(PageWindow::embedding);
    return script
        .call("embed")
        .tensor(input.tokens)
        .tensor(input.positions)
        .tensors(weights.embedding())
        .toTensor(scope);
  }

  /**
   * Runs one layer.
   *
   * @param masks the layer's {@link #masks}
   */
  public NativeTensor layer(
      NativeScope scope, int layer, NativeTensor x, List<NativeTensor> masks, Input input) {
    LayerAttention attention = architecture.config().layers().get(layer);
    return layerCall("layer", layer, x, masks, input.rotation(attention))
        .integers(input.batch.lengths())
        .integer(attention.window())
        .toTensor(scope);
  }

  /** Returns the dropout masks of a layer, an empty list without dropout. */
  public List<NativeTensor> masks(NativeScope scope, int layer, Input input) {
    List<NativeTensor> masks = new ArrayList<>();
    dropout.ifPresent(
        source -> {
          for (int m = 0; m < adapter.modules().size(); m++) {
            int width = linear(adapter.modules().get(m)).inputSize();
            masks.add(source.mask(scope, layer, m, input.batch.tokenCount(), width));
          }
        });
    return masks;
  }

  /**
   * Returns the sum of the cross entropies of the trained rows {@code from} to {@code to}, a
   * float64 scalar.
   */
  public NativeTensor headLoss(
      NativeScope scope, NativeTensor x, TokenBatch batch, int from, int to) {
    return script
        .call("head_loss")
        .tensor(x)
        .tensors(head())
        .tensor(scope.longs(batch.trainedRows(from, to), to - from))
        .tensor(scope.longs(batch.targets(from, to), to - from))
        .toTensor(scope);
  }

  /**
   * Differentiates {@code weight} times {@link #headLoss} for a head that is not trained: by its
   * own formula, in the memory of the log-probabilities.
   */
  public HeadGradient headGradient(
      NativeScope scope, NativeTensor x, TokenBatch batch, int from, int to, double weight) {
    List<NativeTensor> parts =
        script
            .call("head_gradient")
            .tensor(x)
            .tensors(head())
            .tensor(scope.longs(batch.trainedRows(from, to), to - from))
            .tensor(scope.longs(batch.targets(from, to), to - from))
            .number(weight)
            .toTensors(scope);
    return new HeadGradient(parts.get(0), parts.get(1), parts.get(2));
  }

  /**
   * Returns the log-probabilities in nats of the trained rows {@code from} to {@code to}, and 1
   * where the trained token is the likeliest: float64 (2, n).
   */
  public NativeTensor targetScores(
      NativeScope scope, NativeTensor x, TokenBatch batch, int from, int to) {
    return tokenScores(scope, x, batch.trainedRows(from, to), batch.targets(from, to));
  }

  /**
   * Returns the last layer's states after the final norm, float32 (N, D): the {@code
   * last_hidden_state} of transformers.
   */
  public NativeTensor finalStates(NativeScope scope, NativeTensor x) {
    return script.call("final_states").tensor(x).tensors(weights.head()).toTensor(scope);
  }

  /** Returns the logits of the given rows, float32 (rows, V). */
  public NativeTensor logits(NativeScope scope, NativeTensor x, long... rows) {
    return script
        .call("logits")
        .tensor(x)
        .tensors(head())
        .tensor(scope.longs(rows, rows.length))
        .toTensor(scope);
  }

  /**
   * Returns {@code x} cut off from what it was computed from, as a leaf that collects a gradient.
   */
  public NativeTensor leaf(NativeScope scope, NativeTensor x) {
    return script.call("leaf").tensor(x).toTensor(scope);
  }

  /** Returns {@code x} itself, without the graph of what it was computed from. */
  public NativeTensor detached(NativeScope scope, NativeTensor x) {
    return script.call("detached").tensor(x).toTensor(scope);
  }

  /** Returns {@code mask} in the type of the products. */
  NativeTensor mask(NativeScope scope, NativeTensor mask) {
    return script.call("mask").tensor(mask).toTensor(scope);
  }

  /** Returns the largest of the first {@code ids} logits of the given rows and its id, (2, n). */
  NativeTensor likeliest(NativeScope scope, NativeTensor x, int ids, long... rows) {
    return script
        .call("likeliest")
        .tensor(x)
        .tensors(head())
        .tensor(scope.longs(rows, rows.length))
        .integer(ids)
        .toTensor(scope);
  }

  /** Returns log-probabilities of targets at rows, and 1 where it is the likeliest, (2, n). */
  NativeTensor tokenScores(NativeScope scope, NativeTensor x, long[] rows, long[] targets) {
    return script
        .call("token_scores")
        .tensor(x)
        .tensors(head())
        .tensor(scope.longs(rows, rows.length))
        .tensor(scope.longs(targets, targets.length))
        .toTensor(scope);
  }

  /** Returns zeros for the keys or values of one layer and several sequences. */
  NativeTensor cache(NativeScope scope, NativeTensor like, int slots, int rows) {
    return script.call("cache").tensor(like).integer(slots).integer(rows).toTensor(scope);
  }

  /** Returns a copy of keys or values with more slots. */
  NativeTensor widen(NativeScope scope, NativeTensor cache, int more) {
    return script.call("widen").tensor(cache).integer(more).toTensor(scope);
  }

  /** Copies a slot's first rows. */
  void copyRows(NativeTensor source, int slot, NativeTensor target, int place, int count) {
    script
        .call("copy_rows")
        .tensor(source)
        .integer(slot)
        .tensor(target)
        .integer(place)
        .integer(count)
        .toNothing();
  }

  /** Runs all layers without a backward pass to follow, freeing each state as the next is there. */
  public NativeTensor run(NativeScope scope, Input input) {
    NativeTensor x = embed(scope, input);
    for (int layer = 0; layer < layerCount(); layer++) {
      try (NativeTensor previous = x) {
        x = layer(scope, layer, previous, List.of(), input);
      }
    }
    return x;
  }

  ScriptCall layerCall(
      String method,
      int layer,
      NativeTensor x,
      List<NativeTensor> masks,
      RopeTables.Rotation rotation) {
    window.ifPresent(w -> w.layer(layer));
    ScriptCall call = layerScripts.get(layer).call(method).tensor(x).tensors(weights.layer(layer));
    boolean plain = adapter.modules().isEmpty();
    return (plain ? call.tensors(List.of()) : call.tensors(adapter.layers().get(layer)))
        .tensors(masks)
        .number(scale)
        .tensor(rotation.cosines())
        .tensor(rotation.sines());
  }

  DecoderConfig config() {
    return architecture.config();
  }

  private TensorList head() {
    window.ifPresent(PageWindow::head);
    return weights.head();
  }

  private LinearSpec linear(String module) {
    return architecture.block().linears().stream()
        .filter(l -> l.module().equals(module))
        .findFirst()
        .orElseThrow();
  }

  /**
   * A loss and what it gives back.
   *
   * @param loss the sum of the cross entropies, a float64 scalar without a graph
   * @param states what the head was multiplied with, (n, D), with the graph of the norm before it
   * @param gradient of the weighted loss with respect to {@code states}
   */
  public record HeadGradient(NativeTensor loss, NativeTensor states, NativeTensor gradient) {}

  /** A batch in native memory. */
  public static final class Input {

    private final TokenBatch batch;
    private final NativeTensor tokens;
    private final NativeTensor positions;
    private final List<RopeTables.Rotation> rotations;

    private Input(
        TokenBatch batch,
        NativeTensor tokens,
        NativeTensor positions,
        List<RopeTables.Rotation> rotations) {
      this.batch = batch;
      this.tokens = tokens;
      this.positions = positions;
      this.rotations = rotations;
    }

    /** Returns the batch. */
    public TokenBatch batch() {
      return batch;
    }

    RopeTables.Rotation rotation(LayerAttention attention) {
      return rotations.get(attention.rope());
    }
  }
}
