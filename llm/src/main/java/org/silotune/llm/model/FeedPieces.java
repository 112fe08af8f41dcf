package org.silotune.llm.model;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts what several sequences are fed into passes, in order: a pass is as full as it can be, and a
 * sequence that does not fit whole begins a pass and goes on in the next ones.
 */
final class FeedPieces {

  private final int[] lengths;
  private int next;
  private int from;

  /**
   * @param lengths how many tokens each sequence is fed, at least one
   */
  FeedPieces(int[] lengths) {
    this.lengths = lengths.clone();
  }

  /**
   * A part of what a sequence is fed.
   *
   * @param of the sequence's place
   * @param from its first token among those that the sequence is fed
   * @param to after its last
   * @param isLast whether the sequence is fed no more
   */
  record Piece(int of, int from, int to, boolean isLast) {}

  /** Returns the pieces of the next pass, together at most {@code tokens}; none at the end. */
  List<Piece> next(int tokens) {
    List<Piece> pieces = new ArrayList<>();
    int left = tokens;
    while (next < lengths.length && (pieces.isEmpty() || lengths[next] <= left)) {
      int to = Math.min(lengths[next], from + left);
      boolean isLast = to == lengths[next];
      pieces.add(new Piece(next, from, to, isLast));
      left -= to - from;
      from = isLast ? 0 : to;
      if (!isLast) {
        break;
      }
      next++;
    }
    return pieces;
  }
}
