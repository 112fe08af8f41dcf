package org.silotune.llm.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.silotune.llm.model.FeedPieces.Piece;

final class FeedPiecesTest {

  @Test
  void passesAreFullAndSequencesCutInOrder() {
    assertThat(passes(4, 1, 2, 3, 9, 2, 2))
        .containsExactly(
            List.of(new Piece(0, 0, 1, true), new Piece(1, 0, 2, true)),
            List.of(new Piece(2, 0, 3, true)),
            List.of(new Piece(3, 0, 4, false)),
            List.of(new Piece(3, 4, 8, false)),
            List.of(new Piece(3, 8, 9, true), new Piece(4, 0, 2, true)),
            List.of(new Piece(5, 0, 2, true)));
    assertThat(passes(4)).isEmpty();
  }

  @Test
  void everyTokenIsFedOnceAndNoPassIsLonger() {
    Random random = new Random(11);
    for (int round = 0; round < 200; round++) {
      int[] lengths = random.ints(1 + random.nextInt(6), 1, 20).toArray();
      int bound = 1 + random.nextInt(8);
      int[] fed = new int[lengths.length];
      for (List<Piece> pass : passes(bound, lengths)) {
        assertThat(pass.stream().mapToInt(p -> p.to() - p.from()).sum()).isBetween(1, bound);
        for (Piece piece : pass) {
          assertThat(piece.from()).isEqualTo(fed[piece.of()]);
          fed[piece.of()] = piece.to();
          assertThat(piece.isLast()).isEqualTo(piece.to() == lengths[piece.of()]);
        }
      }
      assertThat(fed).isEqualTo(lengths);
    }
  }

  private static List<List<Piece>> passes(int bound, int... lengths) {
    FeedPieces pieces = new FeedPieces(lengths);
    List<List<Piece>> passes = new ArrayList<>();
    for (List<Piece> next = pieces.next(bound); !next.isEmpty(); next = pieces.next(bound)) {
      passes.add(next);
    }
    return passes;
  }
}
