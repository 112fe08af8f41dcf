package org.silotune.llm.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class StopStringsTest {

  @Test
  void textIsCutRightBeforeTheStopString() {
    assertThat(run(List.of("\n\n"), "one\ntwo\n\nthree")).containsExactly("one\ntwo");
  }

  @Test
  void aStopStringAcrossPiecesIsNeverReleasedInPart() {
    StopStrings stops = new StopStrings(List.of("###"));
    assertThat(stops.accept("a#")).isEqualTo("a");
    assertThat(stops.accept("#")).isEmpty();
    assertThat(stops.isStopped()).isFalse();
    assertThat(stops.accept("#b")).isEmpty();
    assertThat(stops.isStopped()).isTrue();
    assertThat(stops.accept("more")).isEmpty();
    assertThat(stops.finish()).isEmpty();
  }

  @Test
  void anOpenEndThatDoesNotGrowIntoAStopStringIsReleased() {
    StopStrings stops = new StopStrings(List.of("abac"));
    assertThat(stops.accept("xaba")).isEqualTo("x");
    assertThat(stops.accept("b")).isEqualTo("ab");
    assertThat(stops.accept("!")).isEqualTo("ab!");
    assertThat(stops.accept("a")).isEmpty();
    assertThat(stops.finish()).isEqualTo("a");
  }

  @Test
  void theStopStringThatIsCompleteFirstWins() {
    assertThat(run(List.of("abcd", "bc"), "xabcd")).containsExactly("xa");
    assertThat(run(List.of("c", "abc"), "xabcd")).containsExactly("x");
  }

  @Test
  void withoutStopStringsEveryPieceIsReleasedAtOnce() {
    StopStrings stops = new StopStrings(List.of());
    assertThat(stops.accept("a")).isEqualTo("a");
    assertThat(stops.accept("bc")).isEqualTo("bc");
    assertThat(stops.finish()).isEmpty();
  }

  @Test
  void theCutDoesNotDependOnThePieces() {
    long seed = 20260101;
    Random random = new Random(seed);
    for (int round = 0; round < 2000; round++) {
      List<String> stops = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        stops.add(word(random, 1 + random.nextInt(4)));
      }
      String text = word(random, 1 + random.nextInt(20));
      StopStrings pieces = new StopStrings(stops);
      StringBuilder released = new StringBuilder();
      for (int start = 0; start < text.length(); ) {
        int end = Math.min(text.length(), start + 1 + random.nextInt(4));
        released.append(pieces.accept(text.substring(start, end)));
        assertThat(text).startsWith(released);
        start = end;
      }
      released.append(pieces.finish());
      assertThat(released.toString())
          .as("seed %d, round %d: %s in %s", seed, round, stops, text)
          .isEqualTo(cut(stops, text));
      assertThat(pieces.isStopped()).isEqualTo(stops.stream().anyMatch(text::contains));
    }
  }

  /** The definition: the shortest beginning of the text that ends with a stop string, cut. */
  private static String cut(List<String> stops, String text) {
    for (int end = 1; end <= text.length(); end++) {
      int longest = 0;
      for (String stop : stops) {
        if (text.substring(0, end).endsWith(stop)) {
          longest = Math.max(longest, stop.length());
        }
      }
      if (longest > 0) {
        return text.substring(0, end - longest);
      }
    }
    return text;
  }

  private static List<String> run(List<String> stopStrings, String text) {
    StopStrings stops = new StopStrings(stopStrings);
    return List.of(stops.accept(text) + stops.finish());
  }

  private static String word(Random random, int length) {
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < length; i++) {
      word.append((char) ('a' + random.nextInt(3)));
    }
    return word.toString();
  }
}
