package org.silotune.llm.model;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;

/**
 * The forward pass with a memory: sequences that are fed their prompt, then one token at a time,
 * together with others that may be anywhere else in their life.
 *
 * <p>Products run on all new tokens at once, attention sequence by sequence, so neither prompts nor
 * caches are padded. For use by one thread, inside its {@link
 * org.silotune.llm.script.ComputeThread} with recording off. Closing the decoder closes its
 * sequences.
 */
public final class SequenceDecoder implements AutoCloseable {

  /** The rows a cache has at first, so that short answers never copy it. */
  private static final int FIRST_ROWS = 64;

  private final Forward forward;
  private final NativeScope scope;

  /** Decodes with {@code forward}, below the task scope {@code parent}. */
  public SequenceDecoder(Forward forward, NativeScope parent) {
    this.forward = forward;
    this.scope = parent.open();
  }

  /** Returns the sizes of the model. */
  public DecoderConfig config() {
    return forward.config();
  }

  /**
   * Starts an empty sequence that will be fed at most {@code capacity} tokens. Its memory grows
   * with what it is fed: no more than twice what that needs.
   */
  public Sequence open(int capacity) {
    return open(capacity, FIRST_ROWS);
  }

  /** Starts a sequence with another number of first rows, which changes no bit of its logits. */
  Sequence open(int capacity, int firstRows) {
    if (capacity < 1 || capacity > config().contextLength()) {
      throw new IllegalArgumentException(
          "Invalid sequence capacity %d: the model's context holds %d"
              .formatted(capacity, config().contextLength()));
    }
    return new Sequence(capacity, firstRows);
  }

  /**
   * Appends new tokens to several sequences at once.
   *
   * @param sequences of this decoder, each once
   * @param newTokens for each of them: at least one for an empty sequence, exactly one afterwards
   * @return for each sequence the logits of the token that follows, V floats
   */
  public float[][] feed(List<Sequence> sequences, List<int[]> newTokens) {
    for (int i = 0; i < sequences.size(); i++) {
      sequences.get(i).requireRoom(newTokens.get(i));
    }
    for (int i = 0; i < sequences.size(); i++) {
      sequences.get(i).makeRoom(newTokens.get(i).length);
    }
    long[] past = sequences.stream().mapToLong(s -> s.length).toArray();
    TokenBatch batch = TokenBatch.ofContinued(newTokens, past);
    try (NativeScope step = scope.open()) {
      Forward.Input input = forward.input(step, batch);
      NativeTensor x = forward.embed(step, input);
      for (int layer = 0; layer < forward.layerCount(); layer++) {
        try (NativeTensor previous = x) {
          x = layer(step, layer, previous, input, past, sequences);
        }
      }
      float[] logits = forward.logits(step, x, batch.lastRows()).toFloats();
      for (int i = 0; i < sequences.size(); i++) {
        sequences.get(i).length += newTokens.get(i).length;
      }
      return rows(logits, sequences.size());
    }
  }

  /** Returns how many tensors the decoder and its sequences hold, for leak checks. */
  public int heldCount() {
    return scope.heldCount();
  }

  @Override
  public void close() {
    scope.close();
  }

  private NativeTensor layer(
      NativeScope step,
      int layer,
      NativeTensor x,
      Forward.Input input,
      long[] past,
      List<Sequence> sequences) {
    LayerAttention attention = config().layers().get(layer);
    return forward
        .layerCall("layer_feed", layer, x, List.of(), input.rotation(attention))
        .integers(input.batch().lengths())
        .integer(attention.window())
        .integers(past)
        .tensors(sequences.stream().map(s -> s.keys.get(layer)).toList())
        .tensors(sequences.stream().map(s -> s.values.get(layer)).toList())
        .toTensor(step);
  }

  private static float[][] rows(float[] logits, int count) {
    int width = logits.length / count;
    float[][] rows = new float[count][];
    for (int i = 0; i < count; i++) {
      rows[i] = Arrays.copyOfRange(logits, i * width, (i + 1) * width);
    }
    return rows;
  }

  /** Keys and values of what one sequence was fed: a pair of (rows, heads, size) a layer. */
  public final class Sequence implements AutoCloseable {

    private final NativeScope memory = scope.open();
    private final int capacity;
    private final List<NativeTensor> keys = new ArrayList<>();
    private final List<NativeTensor> values = new ArrayList<>();
    private int rows;
    private int length;

    private Sequence(int capacity, int firstRows) {
      this.capacity = capacity;
      this.rows = Math.min(capacity, firstRows);
      long[] shape = {rows, config().keyValueHeadCount(), config().headSize()};
      for (int layer = 0; layer < config().layerCount(); layer++) {
        keys.add(memory.zeros(shape));
        values.add(memory.zeros(shape));
      }
    }

    /** Doubles the rows, up to the capacity, where {@code count} more do not fit. */
    private void makeRoom(int count) {
      int needed = length + count;
      if (needed > rows) {
        rows = (int) Math.min(capacity, Math.max(needed, 2L * rows));
        grow(keys);
        grow(values);
      }
    }

    private void grow(List<NativeTensor> caches) {
      for (int layer = 0; layer < caches.size(); layer++) {
        try (NativeTensor smaller = caches.get(layer)) {
          caches.set(layer, forward.grow(memory, smaller, rows));
        }
      }
    }

    /** Returns how many tokens the memory it has holds. */
    int rows() {
      return rows;
    }

    /** Returns how many tokens it was fed. */
    public int length() {
      return length;
    }

    private void requireRoom(int[] newTokens) {
      requireNonNull(newTokens, "newTokens");
      if (newTokens.length < 1 || (length > 0 && newTokens.length > 1)) {
        throw new IllegalArgumentException(
            "Invalid new tokens: %d for a sequence of %d; a sequence starts with its prompt and goes on by one token"
                .formatted(newTokens.length, length));
      }
      if (length + newTokens.length > capacity) {
        throw new IllegalArgumentException(
            "Invalid new tokens: %d for a sequence of %d with room for %d"
                .formatted(newTokens.length, length, capacity));
      }
      for (int token : newTokens) {
        if (token < 0 || token >= config().vocabularySize()) {
          throw new IllegalArgumentException(
              "Invalid token %d: not of the model's vocabulary of %d"
                  .formatted(token, config().vocabularySize()));
        }
      }
    }

    @Override
    public void close() {
      memory.close();
    }
  }
}
