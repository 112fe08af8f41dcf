package org.silotune.fed.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
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

  private static CohortSum part(String silo, long weight) {
    SiloOutcome outcome =
        new SiloOutcome(
            silo, Status.TRAINED, "", weight, SiloMetrics.NONE, 0.5, false, "h", "", null);
    return CohortSum.of(FixedPointSum.of(new long[] {7 * weight, weight}), outcome);
  }

  private static CohortSum failed(String silo) {
    return CohortSum.without(SiloOutcome.without(silo, Status.FAILED, "why", "h"));
  }
}
