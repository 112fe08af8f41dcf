package org.silotune.llm.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;

/**
 * What one step of a {@link SequenceDecoder} computes, laid out as its script takes it: first what
 * is fed several tokens, then what goes on by one, slab by slab.
 */
final class DecodingStep {

  /**
   * Hides a position: far below every score, finite in float16 too, so that a row of them is still
   * a number.
   */
  private static final float HIDDEN = -3e4f;

  /**
   * Tokens that follow what a slot holds.
   *
   * @param slab its memory; of a feed that neither has a past nor is stored, any
   * @param past tokens that the slot holds
   * @param stored whether keys and values of the new tokens are written behind them
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Feed(@Nullable KeyValueSlab slab, int slot, int past, int[] tokens, boolean stored) {
    private boolean isOneStep() {
      return stored && past > 0 && tokens.length == 1;
    }
  }

  private final List<KeyValueSlab> slabs;
  private final List<Feed> starting = new ArrayList<>();
  private final List<List<Feed>> going = new ArrayList<>();
  private final TokenBatch batch;
  private final long[] firstRows;
  private final List<NativeTensor> slots = new ArrayList<>();
  private final List<NativeTensor> places = new ArrayList<>();
  private final Map<Integer, List<NativeTensor>> masks = new HashMap<>();

  /** Lays out {@code feeds}, whose slabs are all among {@code slabs}; {@code scope} owns it. */
  DecodingStep(NativeScope scope, Forward forward, List<KeyValueSlab> slabs, List<Feed> feeds) {
    this.slabs = slabs;
    slabs.forEach(slab -> going.add(new ArrayList<>()));
    for (Feed feed : feeds) {
      (feed.isOneStep() ? going.get(slabs.indexOf(feed.slab())) : starting).add(feed);
    }
    List<Feed> ordered = new ArrayList<>(starting);
    going.forEach(ordered::addAll);
    batch =
        TokenBatch.ofContinued(
            ordered.stream().map(Feed::tokens).toList(),
            ordered.stream().mapToLong(Feed::past).toArray());
    firstRows = firstRows(feeds, ordered);
    for (List<Feed> group : going) {
      slots.add(scope.longs(group.stream().mapToLong(Feed::slot).toArray(), group.size()));
      long[] at =
          group.stream().mapToLong(f -> (long) f.slot() * f.slab().rows() + f.past()).toArray();
      places.add(scope.longs(at, group.size()));
    }
    forward.config().layers().stream()
        .map(LayerAttention::window)
        .distinct()
        .forEach(window -> masks.put(window, masks(scope, forward, window)));
  }

  TokenBatch batch() {
    return batch;
  }

  /** Returns the row of each feed's first token, in the order in which feeds were given. */
  long[] firstRows() {
    return firstRows;
  }

  /** Runs a layer. */
  NativeTensor layer(
      NativeScope scope, Forward forward, int layer, NativeTensor x, Forward.Input input) {
    LayerAttention attention = forward.config().layers().get(layer);
    return forward
        .layerCall("layer_feed", layer, x, List.of(), input.rotation(attention))
        .integer(attention.window())
        .integers(starting.stream().mapToLong(f -> f.tokens().length).toArray())
        .integers(starting.stream().mapToLong(Feed::past).toArray())
        .integers(
            starting.stream()
                .mapToLong(f -> f.slab() == null ? 0 : slabs.indexOf(f.slab()))
                .toArray())
        .integers(starting.stream().mapToLong(Feed::slot).toArray())
        .integers(starting.stream().mapToLong(f -> f.stored() ? 1 : 0).toArray())
        .tensors(slabs.stream().map(slab -> slab.keys(layer)).toList())
        .tensors(slabs.stream().map(slab -> slab.values(layer)).toList())
        .tensors(slots)
        .tensors(places)
        .tensors(masks.get(attention.window()))
        .toTensor(scope);
  }

  private static long[] firstRows(List<Feed> feeds, List<Feed> ordered) {
    long[] rows = new long[feeds.size()];
    long row = 0;
    IdentityHashMap<Feed, Integer> indices = new IdentityHashMap<>();
    for (int i = 0; i < feeds.size(); i++) {
      indices.put(feeds.get(i), i);
    }
    for (Feed feed : ordered) {
      rows[indices.get(feed)] = row;
      row += feed.tokens().length;
    }
    return rows;
  }

  private List<NativeTensor> masks(NativeScope scope, Forward forward, int window) {
    List<NativeTensor> all = new ArrayList<>();
    for (int s = 0; s < slabs.size(); s++) {
      try (NativeTensor mask = mask(scope, window, slabs.get(s).slots(), going.get(s))) {
        all.add(forward.mask(scope, mask));
      }
    }
    return all;
  }

  /** Returns 0 for what a slot's new token sees and {@link #HIDDEN} elsewhere. */
  private static NativeTensor mask(NativeScope scope, int window, int slotCount, List<Feed> group) {
    int width = group.stream().mapToInt(f -> f.past() + 1).max().orElse(1);
    float[] mask = new float[slotCount * width];
    Arrays.fill(mask, HIDDEN);
    for (Feed feed : group) {
      int end = feed.past() + 1;
      int start = window == LayerAttention.UNLIMITED ? 0 : Math.max(0, end - window);
      Arrays.fill(mask, feed.slot() * width + start, feed.slot() * width + end, 0);
    }
    return scope.floats(mask, slotCount, 1, 1, width);
  }
}
