package org.silotune.fed.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.silotune.fed.FederationException;
import org.silotune.fed.client.SiloOutcome;
import org.silotune.fed.client.SiloOutcome.Status;
import org.silotune.fed.metrics.SiloMetrics;

final class CohortSumTest {

  @Test
  void outcomesComeHomeInNameOrderWhateverTheOrderOfTheParts() {
    CohortSum sum = part("b", 2).plus(failed("c")).plus(part("a", 3));

    assertThat(sum.outcomes().keySet()).containsExactly("a", "b", "c");
    assertThat(sum.deltas().weight()).isEqualTo(5);
  }

  @Test
  void aSiloInBothPartsIsABug() {
    assertThatThrownBy(() -> part("a", 1).plus(part("a", 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid sum: silo a is in both parts");
  }

  @Test
  void onlySilosWithoutADeltaCanBeTakenOut() {
    CohortSum sum = part("a", 1).plus(failed("b"));

    assertThat(sum.minus(List.of("b")).outcomes().keySet()).containsExactly("a");
    assertThatThrownBy(() -> sum.minus(List.of("a")))
        .hasMessage("Cannot take out silo a: its delta is in the sum, or it is not");
  }

  @Test
  void aSumSurvivesSerialisation() throws Exception {
    CohortSum sum = part("b", 2).plus(failed("c"));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(sum);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      CohortSum read = (CohortSum) in.readObject();
      assertThat(read.outcomes()).isEqualTo(sum.outcomes());
      assertThat(read.deltas()).isEqualTo(sum.deltas());
    }
  }

  @Test
  void whatGrowsInPlaceIsTheSumAndLeavesItsPartsAsTheyAre() {
    List<CohortSum> parts = List.of(part("a", 2), failed("b"), part("c", 3), part("d", 5));
    CohortAccumulator left = new CohortAccumulator().add(failed("e"));
    parts.forEach(left::add);
    CohortAccumulator right = new CohortAccumulator().add(part("f", 11)).add(part("g", 13));
    CohortSum shared = right.sum();

    CohortSum all = new CohortAccumulator().add(right).add(left).add(part("h", 17)).sum();

    assertThat(all.deltas().slots()).containsExactly(7 * 51, 51);
    assertThat(all.outcomes().keySet()).containsExactly("a", "b", "c", "d", "e", "f", "g", "h");
    assertThat(shared.deltas().slots()).containsExactly(7 * 24, 24);
    assertThat(parts.get(0).deltas().slots()).containsExactly(14, 2);
    assertThatThrownBy(() -> left.add(part("c", 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid sum: silo c is in both parts");
  }

  @Test
  void aSumBeyondALongIsABugThatIsNoticed() {
    FixedPointSum large = FixedPointSum.of(new CheckedDelta(List.of(new float[] {1}), 1, 0x1p62));

    assertThatThrownBy(() -> large.plus(large)).isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> large.plus(FixedPointSum.EMPTY).plus(large).plus(large))
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void aSumSharedByTasksCountsARepeatedSiloOnceAndNothingAfterItsEnd() {
    String key;
    try (SharedSum shared = SharedSum.open()) {
      key = shared.key();
      SharedSum.add(key, part("a", 2));
      SharedSum.add(key, failed("b"));
      SharedSum.add(key, part("a", 2));
      SharedSum.add(key, part("c", 3));

      assertThat(shared.sum().deltas().slots()).containsExactly(35, 5);
      assertThat(shared.sum().outcomes().keySet()).containsExactly("a", "b", "c");
    }
    SharedSum.add(key, part("d", 2)); // a task that ends after its job was given up
  }

  @Test
  void aSharedSumThatOnePartBrokeIsNotReturned() {
    CohortSum other =
        CohortSum.of(
            FixedPointSum.of(new CheckedDelta(List.of(new float[2]), 1, 1)),
            new SiloOutcome("z", Status.TRAINED, "", 1, SiloMetrics.NONE, 0, false, "h", "", null));
    try (SharedSum shared = SharedSum.open()) {
      SharedSum.add(shared.key(), part("a", 2));
      assertThatThrownBy(() -> SharedSum.add(shared.key(), other))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(shared::sum)
          .isInstanceOf(FederationException.class)
          .hasMessage("Cannot add up the silos' parts: adding one of them failed");
    }
  }

  private static CohortSum part(String silo, long weight) {
    SiloOutcome outcome =
        new SiloOutcome(
            silo, Status.TRAINED, "", weight, SiloMetrics.NONE, 0.5, false, "h", "", null);
    return CohortSum.of(
        FixedPointSum.of(new CheckedDelta(List.of(new float[] {7}), weight, 1)), outcome);
  }

  private static CohortSum failed(String silo) {
    return CohortSum.without(SiloOutcome.without(silo, Status.FAILED, "why", "h"));
  }
}
