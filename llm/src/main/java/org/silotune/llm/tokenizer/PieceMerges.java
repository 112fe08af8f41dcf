package org.silotune.llm.tokenizer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The merges that a vocabulary of SentencePiece pieces implies: every way to put a piece together
 * from two others, best piece first. A file with pieces and scores has no merges of its own.
 *
 * <p>Order: score, then length of the left part, then of the right one, in characters, all
 * descending; then the order of the pieces, and for one piece the ids of its parts ascending. This
 * is transformers' {@code generate_merges}.
 */
final class PieceMerges {

  private record Merge(String left, String right, double score, int leftLength, int rightLength) {}

  private static final Comparator<Merge> BEST_FIRST =
      Comparator.comparingDouble(Merge::score)
          .thenComparingInt(Merge::leftLength)
          .thenComparingInt(Merge::rightLength)
          .reversed();

  private PieceMerges() {}

  /**
   * Derives the merges.
   *
   * @param ids the id of every piece, in the order of the file
   * @param score what a piece is worth
   */
  static ArrayNode of(Map<String, Integer> ids, ToDoubleFunction<String> score) {
    List<Merge> merges = new ArrayList<>();
    for (String piece : ids.keySet()) {
      merges.addAll(splits(piece, score.applyAsDouble(piece), ids));
    }
    merges.sort(BEST_FIRST);
    ArrayNode json = JsonNodeFactory.instance.arrayNode(merges.size());
    for (Merge merge : merges) {
      json.addArray().add(merge.left()).add(merge.right());
    }
    return json;
  }

  private static List<Merge> splits(String piece, double score, Map<String, Integer> ids) {
    List<Merge> splits = new ArrayList<>();
    int length = piece.codePointCount(0, piece.length());
    int at = 0;
    for (int leftLength = 1; leftLength < length; leftLength++) {
      at = piece.offsetByCodePoints(at, 1);
      String left = piece.substring(0, at);
      String right = piece.substring(at);
      if (ids.containsKey(left) && ids.containsKey(right)) {
        splits.add(new Merge(left, right, score, leftLength, length - leftLength));
      }
    }
    splits.sort(
        Comparator.<Merge>comparingInt(merge -> ids.get(merge.left()))
            .thenComparingInt(merge -> ids.get(merge.right())));
    return splits;
  }
}
