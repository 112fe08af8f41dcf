package org.silotune.prep.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.silotune.prep.shard.HighWaterMark.Kind;

/** Values of a high-water column in their order. */
final class HighWaterMarkTest {

  @Test
  void valuesOfAKindAreOrderedAsWhatTheyAre() {
    assertRises(Kind.NUMBER, "-3", "0.5", "9", "10", "1e2");
    assertRises(Kind.TEXT, "", "2026-01", "2026-02-30", "2026/01/31 08:00", "A10", "A9", "a", "ä");
    assertRises(
        Kind.TIME,
        "2026-01-31T08:00:00+02:00",
        "2026-01-31 07:30Z",
        "2026-01-31T08:00:00Z",
        "2026-01-31 08:00:00.000000001 UTC",
        "2026-01-31T08:00:00.5Z",
        "2026-01-31T07:30:00-0100");
    assertRises(
        Kind.LOCAL_TIME, "2026-01-30", "2026-01-30T00:01", "2026-01-30 23:59:59,9", "2026-01-31");
    assertThat(HighWaterMark.of("2026-01-31T08:00Z"))
        .isEqualByComparingTo(HighWaterMark.of("2026-01-31 09:00:00.0+01"));
  }

  @Test
  void datesThatDoNotSortAsTextsHaveNoOrder() {
    for (String date :
        List.of("31.1.2026", "01/31/26", "2026-1-31", "2026-01-3", "2026/1/31 8:00")) {
      assertThat(HighWaterMark.of(date).hasOrder()).as(date).isFalse();
    }
    for (String value : List.of("2026-01-31", "2026/01/31", "2026-01", "12", "1.5", "v1.2.3")) {
      assertThat(HighWaterMark.of(value).hasOrder()).as(value).isTrue();
    }
  }

  @Test
  void valuesOfOneFormAreOrderedAsTextsAsTheyAreByValue() {
    List<HighWaterMark> values =
        Stream.of(
                "8",
                "10",
                "41",
                "-3",
                "-5",
                "+7",
                "+9",
                "0.5",
                "1.5",
                "10.5",
                "1e5",
                "2e3",
                "1E2",
                "2026-01-31",
                "2026-02-01",
                "2026-01-31 08:00",
                "2026-01-31T08:00",
                "2026-01-31T08:00:00Z",
                "2026-01-31T07:59:59Z",
                "2026-01-31T08:00:00.5Z",
                "2026-01-31T08:00:00+01:00",
                "2026-01-31T07:30:00-01:00",
                "2026-01-31T07:30:00+01:00",
                "01ARZ3NDEKTSV4RRFFQ69G5FAV",
                "A9",
                "A10",
                "")
            .map(HighWaterMark::of)
            .toList();
    int alike = 0;
    for (HighWaterMark a : values) {
      for (HighWaterMark b : values) {
        if (a.kind() == b.kind() && a.form().equals(b.form())) {
          alike++;
          assertThat(Integer.signum(a.compareTo(b)))
              .as("%s and %s", a, b)
              .isEqualTo(Integer.signum(a.value().compareTo(b.value())));
        }
      }
    }
    assertThat(alike).isEqualTo(values.size() + 2 * 12); // pairs both ways
  }

  private static void assertRises(Kind kind, String... values) {
    List<HighWaterMark> marks = Stream.of(values).map(HighWaterMark::of).toList();
    assertThat(marks).extracting(HighWaterMark::kind).containsOnly(kind);
    for (int i = 1; i < marks.size(); i++) {
      assertThat(marks.get(i)).isGreaterThan(marks.get(i - 1));
      assertThat(marks.get(i - 1)).isLessThan(marks.get(i));
    }
  }
}
