package org.silotune.llm.finetune;

import java.util.ArrayList;
import java.util.List;
import org.silotune.llm.model.Forward;
import org.silotune.llm.model.TokenBatch;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.ComputeThread.Recording;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;

/**
 * One forward and backward pass over a batch: adds {@code weight} times the gradient of the sum of
 * the trained tokens' losses to the leaves' gradients.
 *
 * <p>The head runs chunk by chunk on a leaf cut off from the layers, so that the logits of one
 * chunk are in memory at once; its gradient then goes through the layers. Without recomputation the
 * layers are one graph; with it, each is run again from its input and differentiated alone.
 */
final class LayerwisePass {

  private final ComputeThread thread;
  private final Forward forward;
  private final int lossChunk;
  private final boolean trainsBase;

  LayerwisePass(ComputeThread thread, Forward forward, int lossChunk, boolean trainsBase) {
    this.thread = thread;
    this.forward = forward;
    this.lossChunk = lossChunk;
    this.trainsBase = trainsBase;
  }

  /**
   * Runs both directions; the gradient mode is off afterwards.
   *
   * @return the losses whose sum is the batch's, float64 scalars of {@code parent} without a graph,
   *     which nobody has waited for
   */
  List<NativeTensor> run(NativeScope parent, TokenBatch batch, double weight, boolean recompute) {
    try (NativeScope scope = parent.open()) {
      Forward.Input input = forward.input(scope, batch);
      List<NativeTensor> losses =
          recompute ? recomputed(scope, input, weight) : whole(scope, input, weight);
      losses.forEach(parent::adopt);
      return losses;
    } finally {
      thread.record(Recording.OFF);
    }
  }

  private List<NativeTensor> whole(NativeScope scope, Forward.Input input, double weight) {
    thread.record(Recording.ON);
    NativeTensor x = forward.embed(scope, input);
    for (int layer = 0; layer < forward.layerCount(); layer++) {
      try (NativeTensor previous = x) {
        x = forward.layer(scope, layer, previous, forward.masks(scope, layer, input), input);
      }
    }
    NativeTensor leaf = forward.leaf(scope, x);
    List<NativeTensor> losses = head(scope, leaf, input.batch(), weight);
    try (NativeTensor gradient = leaf.gradient()) {
      x.backward(gradient);
    }
    return losses;
  }

  private List<NativeTensor> recomputed(NativeScope scope, Forward.Input input, double weight) {
    thread.record(Recording.OFF);
    List<NativeTensor> states = new ArrayList<>();
    states.add(forward.embed(scope, input));
    for (int layer = 0; layer < forward.layerCount(); layer++) {
      states.add(layer(scope, layer, states.get(layer), input));
    }
    NativeTensor leaf = forward.leaf(scope, states.get(forward.layerCount()));
    List<NativeTensor> losses = head(scope, leaf, input.batch(), weight);
    NativeTensor gradient = scope.adopt(leaf.gradient());
    for (int layer = forward.layerCount() - 1; layer >= 0; layer--) {
      try (NativeScope part = scope.open();
          NativeTensor incoming = gradient;
          NativeTensor state = states.get(layer)) {
        boolean goesOn = layer > 0 || trainsBase;
        NativeTensor x = goesOn ? forward.leaf(part, state) : state;
        thread.record(Recording.ON);
        layer(part, layer, x, input).backward(incoming);
        gradient = goesOn ? scope.adopt(x.gradient()) : incoming;
      }
    }
    if (trainsBase) {
      try (NativeTensor incoming = gradient) {
        thread.record(Recording.ON);
        forward.embed(scope, input).backward(incoming);
      }
    }
    return losses;
  }

  private NativeTensor layer(NativeScope scope, int layer, NativeTensor x, Forward.Input input) {
    try (NativeScope masks = scope.open()) {
      return forward.layer(scope, layer, x, forward.masks(masks, layer, input), input);
    }
  }

  private List<NativeTensor> head(
      NativeScope parent, NativeTensor leaf, TokenBatch batch, double weight) {
    List<NativeTensor> losses = new ArrayList<>();
    thread.record(Recording.ON);
    for (int from = 0; from < batch.trainedTokens(); from += lossChunk) {
      int to = Math.min(batch.trainedTokens(), from + lossChunk);
      try (NativeScope chunk = parent.open()) {
        losses.add(parent.adopt(chunk(chunk, leaf, batch, from, to, weight)));
      }
    }
    return losses;
  }

  private NativeTensor chunk(
      NativeScope scope, NativeTensor leaf, TokenBatch batch, int from, int to, double weight) {
    if (trainsBase) {
      NativeTensor loss = forward.headLoss(scope, leaf, batch, from, to);
      loss.backward(scope.scalar(weight));
      return forward.detached(scope, loss);
    }
    Forward.HeadGradient head = forward.headGradient(scope, leaf, batch, from, to, weight);
    head.states().backward(head.gradient());
    return head.loss();
  }
}
