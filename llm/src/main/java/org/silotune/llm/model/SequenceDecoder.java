package org.silotune.llm.model;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;

/**
 * The forward pass with a memory: sequences that are fed tokens, together with others that may be
 * anywhere else in their life.
 *
 * <p>Products run on all new tokens at once, without padding. Memory is kept in slabs of sequences
 * of like length, allocated ahead: their rows are powers of two, so a sequence holds at most twice
 * what it needs, and those of a slab attend together. For use by one thread, inside its {@link
 * org.silotune.llm.script.ComputeThread} with recording off. Closing the decoder closes its
 * sequences.
 */
public final class SequenceDecoder implements AutoCloseable {

  /** The rows of the smallest slab, so that short answers never move. */
  private static final int FIRST_ROWS = 64;

  /** The most new tokens of a pass, which bound its memory: what is longer is fed in pieces. */
  public static final int PASS_TOKENS = 512;

  /** Rows whose logits are in memory at once while scoring. */
  public static final int SCORED_ROWS = DecoderPasses.SCORED_ROWS;

  private final Forward forward;
  private final NativeScope scope;
  private final int firstRows;
  private final int passTokens;
  private final DecoderPasses passes;
  private final SortedMap<Integer, KeyValueSlab> slabs = new TreeMap<>();

  /** Decodes with {@code forward}, below the task scope {@code parent}. */
  public SequenceDecoder(Forward forward, NativeScope parent) {
    this(forward, parent, FIRST_ROWS, PASS_TOKENS, tokens -> {});
  }

  /**
   * Decodes with other sizes.
   *
   * @param firstRows of the smallest slabs, which change no bit of the logits
   * @param passTokens the most new tokens of a pass
   * @param passed hears how many tokens a pass will compute
   */
  SequenceDecoder(
      Forward forward, NativeScope parent, int firstRows, int passTokens, IntConsumer passed) {
    this.forward = forward;
    this.scope = parent.open();
    this.firstRows = firstRows;
    this.passTokens = passTokens;
    this.passes = new DecoderPasses(forward, scope, passed);
  }

  /** Returns the sizes of the model. */
  public DecoderConfig config() {
    return forward.config();
  }

  /** Starts an empty sequence that will be fed at most {@code capacity} tokens. */
  public Sequence open(int capacity) {
    return new Sequence(capacity);
  }

  /**
   * Starts a sequence that goes on from what {@code prefix} was fed, by a copy of its memory;
   * logits are those of a sequence that was fed the prefix itself, to the last bits.
   */
  public Sequence open(Sequence prefix, int capacity) {
    Sequence sequence = new Sequence(capacity);
    if (prefix.length > 0) {
      sequence.requireRoom(new int[prefix.length]);
      makeRoom(List.of(sequence), List.of(prefix.length));
      prefix.slab.copy(prefix.slot, sequence.slab, sequence.slot, prefix.length);
      sequence.length = prefix.length;
    }
    return sequence;
  }

  /**
   * Appends new tokens to several sequences at once.
   *
   * @param sequences of this decoder, each once
   * @param newTokens for each of them, at least one
   * @return for each sequence the logits of the token that follows, V floats
   */
  public float[][] feed(List<Sequence> sequences, List<int[]> newTokens) {
    return feed(
            sequences,
            newTokens,
            last ->
                rows(forward.logits(last.scope, last.x, last.rows).toFloats(), last.rows.length))
        .toArray(float[][]::new);
  }

  /**
   * Appends new tokens to several sequences at once and chooses among the first {@code ids} token
   * ids without copying logits to the heap.
   *
   * @return for each sequence the id of the largest logit, the smallest of equal ones
   */
  public Likeliest[] feedGreedy(List<Sequence> sequences, List<int[]> newTokens, int ids) {
    return feed(
            sequences,
            newTokens,
            last -> {
              int count = last.rows.length;
              double[] best = forward.likeliest(last.scope, last.x, ids, last.rows).toDoubles();
              return IntStream.range(0, count)
                  .mapToObj(i -> new Likeliest((int) best[count + i], (float) best[i]))
                  .toList();
            })
        .toArray(Likeliest[]::new);
  }

  /**
   * The token that a greedy choice takes.
   *
   * @param logit NaN if any is
   */
  public record Likeliest(int id, float logit) {}

  /**
   * What would follow a sequence, which is not fed it.
   *
   * @param sequence what goes before, as fed so far
   * @param tokens of which the first follows the sequence
   * @param targets for each of the tokens, the one that follows it
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Branch(Sequence sequence, int[] tokens, int[] targets) {}

  /**
   * Scores what would follow sequences, without writing it to their memory.
   *
   * @return for each branch and target its log-probability, and whether it is the likeliest
   */
  public List<TargetScore[]> score(List<Branch> branches) {
    for (Branch branch : branches) {
      requireTokens(branch.tokens);
      requireTokens(branch.targets);
    }
    List<TargetScore[]> scores = new ArrayList<>();
    while (scores.size() < branches.size()) {
      int from = scores.size();
      int to = from;
      int tokens = 0;
      while (to < branches.size() && tokens + branches.get(to).tokens.length <= passTokens) {
        tokens += branches.get(to++).tokens.length;
      }
      if (to == from) {
        scores.add(scoreInPieces(branches.get(from)));
      } else {
        scores.addAll(scoreAtOnce(branches.subList(from, to)));
      }
    }
    return scores;
  }

  private List<TargetScore[]> scoreAtOnce(List<Branch> branches) {
    List<DecodingStep.Feed> feeds = new ArrayList<>();
    for (Branch branch : branches) {
      Sequence sequence = branch.sequence;
      feeds.add(
          new DecodingStep.Feed(
              sequence.slab, sequence.slot, sequence.length, branch.tokens, /* stored= */ false));
    }
    return passes.run(
        slabs.values(),
        feeds,
        (step, x, firstRows) -> {
          List<TargetScore[]> scores = new ArrayList<>();
          for (int b = 0; b < branches.size(); b++) {
            scores.add(passes.scores(step, x, firstRows[b], branches.get(b).targets));
          }
          return scores;
        });
  }

  /** A later piece sees the earlier ones in the memory of a copy. */
  private TargetScore[] scoreInPieces(Branch branch) {
    List<TargetScore> scores = new ArrayList<>();
    int length = branch.tokens.length;
    try (Sequence copy = open(branch.sequence, branch.sequence.length + length)) {
      makeRoom(List.of(copy), List.of(length));
      for (int from = 0; from < length; from += passTokens) {
        int to = Math.min(length, from + passTokens);
        int[] targets = Arrays.copyOfRange(branch.targets, from, to);
        List<DecodingStep.Feed> piece =
            List.of(copy.feed(copy.length, Arrays.copyOfRange(branch.tokens, from, to)));
        scores.addAll(
            passes.run(
                slabs.values(),
                piece,
                (step, x, rows) -> List.of(passes.scores(step, x, rows[0], targets))));
        copy.length += to - from;
      }
    }
    return scores.toArray(TargetScore[]::new);
  }

  /** A token's log-probability in nats, and whether a greedy choice would have taken it. */
  public record TargetScore(double logProbability, boolean likeliest) {}

  /** Returns how many tensors the decoder and its sequences hold, for leak checks. */
  public int heldCount() {
    return scope.heldCount();
  }

  @Override
  public void close() {
    scope.close();
  }

  /** Feeds in passes of at most {@link #passTokens}, into which sequences are cut in order. */
  private <T> List<T> feed(
      List<Sequence> sequences, List<int[]> newTokens, Function<LastRows, List<T>> result) {
    for (int i = 0; i < sequences.size(); i++) {
      sequences.get(i).requireRoom(newTokens.get(i));
    }
    makeRoom(sequences, newTokens.stream().map(tokens -> tokens.length).toList());
    List<T> made = new ArrayList<>();
    FeedPieces pieces = new FeedPieces(newTokens.stream().mapToInt(t -> t.length).toArray());
    while (made.size() < sequences.size()) {
      List<FeedPieces.Piece> next = pieces.next(passTokens);
      List<DecodingStep.Feed> feeds = new ArrayList<>();
      for (FeedPieces.Piece piece : next) {
        Sequence sequence = sequences.get(piece.of());
        int[] tokens = Arrays.copyOfRange(newTokens.get(piece.of()), piece.from(), piece.to());
        feeds.add(sequence.feed(sequence.length + piece.from(), tokens));
      }
      made.addAll(
          passes.run(
              slabs.values(),
              feeds,
              (step, x, rows) -> {
                LastRows last = lastRows(step, x, rows, next);
                return last.rows.length == 0 ? List.of() : result.apply(last);
              }));
    }
    for (int i = 0; i < sequences.size(); i++) { // all of them or none
      sequences.get(i).length += newTokens.get(i).length;
    }
    return made;
  }

  /** The last row of every piece that ends what its sequence is fed. */
  private static LastRows lastRows(
      NativeScope step, NativeTensor x, long[] firstRows, List<FeedPieces.Piece> pieces) {
    long[] rows =
        IntStream.range(0, pieces.size())
            .filter(i -> pieces.get(i).isLast())
            .mapToLong(i -> firstRows[i] + pieces.get(i).to() - pieces.get(i).from() - 1)
            .toArray();
    return new LastRows(step, x, rows);
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record LastRows(NativeScope scope, NativeTensor x, long[] rows) {}

  /** Moves each sequence that {@code more} tokens do not fit to a slab of longer rows. */
  private void makeRoom(List<Sequence> sequences, List<Integer> more) {
    SortedMap<Integer, List<Sequence>> moving = new TreeMap<>();
    for (int i = 0; i < sequences.size(); i++) {
      int needed = sequences.get(i).length + more.get(i);
      if (needed > sequences.get(i).rows()) {
        moving.computeIfAbsent(rowsFor(needed), rows -> new ArrayList<>()).add(sequences.get(i));
      }
    }
    moving.forEach(
        (rows, group) -> {
          KeyValueSlab slab = slabs.get(rows);
          if (slab == null) {
            slab = new KeyValueSlab(forward, scope, rows, group.size());
            slabs.put(rows, slab);
          }
          slab.reserve(group.size());
          for (Sequence sequence : group) {
            sequence.moveTo(slab);
          }
        });
  }

  private int rowsFor(int needed) {
    int rows = firstRows;
    while (rows < needed) {
      rows *= 2;
    }
    return Math.min(rows, config().contextLength());
  }

  private void requireTokens(int[] tokens) {
    for (int token : tokens) {
      if (token < 0 || token >= config().vocabularySize()) {
        throw new IllegalArgumentException(
            "Invalid token %d: not of the model's vocabulary of %d"
                .formatted(token, config().vocabularySize()));
      }
    }
  }

  private static List<float[]> rows(float[] logits, int count) {
    int width = logits.length / count;
    return IntStream.range(0, count)
        .mapToObj(i -> Arrays.copyOfRange(logits, i * width, (i + 1) * width))
        .toList();
  }

  /** What one sequence was fed: a slot of a slab. */
  public final class Sequence implements AutoCloseable {

    private final int capacity;
    private @Nullable KeyValueSlab slab;
    private int slot;
    private int length;

    private Sequence(int capacity) {
      if (capacity < 1 || capacity > config().contextLength()) {
        throw new IllegalArgumentException(
            "Invalid sequence capacity %d: the model's context holds %d"
                .formatted(capacity, config().contextLength()));
      }
      this.capacity = capacity;
    }

    /** Returns how many tokens the memory it has holds. */
    int rows() {
      return slab == null ? 0 : slab.rows();
    }

    /** Returns how many tokens it was fed. */
    public int length() {
      return length;
    }

    /** Tokens that will be written behind {@code past} others. */
    private DecodingStep.Feed feed(int past, int[] tokens) {
      return new DecodingStep.Feed(slab, slot, past, tokens, /* stored= */ true);
    }

    private void moveTo(KeyValueSlab target) {
      int place = target.take();
      if (slab != null) {
        slab.copy(slot, target, place, length);
        leave();
      }
      slab = target;
      slot = place;
    }

    private void leave() {
      KeyValueSlab left = slab;
      slab = null;
      if (left != null) {
        left.free(slot);
        if (left.isEmpty()) {
          slabs.remove(left.rows());
          left.close();
        }
      }
    }

    private void requireRoom(int[] newTokens) {
      requireNonNull(newTokens, "newTokens");
      if (newTokens.length < 1) {
        throw new IllegalArgumentException("Invalid new tokens: none; a feed has at least one");
      }
      if (length + newTokens.length > capacity) {
        throw new IllegalArgumentException(
            "Invalid new tokens: %d for a sequence of %d with room for %d"
                .formatted(newTokens.length, length, capacity));
      }
      requireTokens(newTokens);
    }

    @Override
    public void close() {
      leave();
    }
  }
}
