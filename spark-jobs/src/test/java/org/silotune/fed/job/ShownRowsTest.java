package org.silotune.fed.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.silotune.fed.client.Placement;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.prep.shard.ShardCounts;
import org.silotune.prep.shard.SiloCounts;

final class ShownRowsTest {

  @Test
  void samplesAreDealtOutOneASiloAndAgain() {
    List<SiloDescriptor> silos = new ArrayList<>(List.of(silo("a", 9), silo("b", 1), silo("c", 9)));
    Collections.shuffle(silos, new Random(3));

    assertThat(ShownRows.of(3, silos).bySilo()).isEqualTo(Map.of("a", 1, "b", 1, "c", 1));
    assertThat(ShownRows.of(6, silos).bySilo()).isEqualTo(Map.of("a", 3, "b", 1, "c", 2));
  }

  @Test
  void silosWithoutTestRowsShowNoneAndMoreThanThereIsIsNotAsked() {
    List<SiloDescriptor> silos = List.of(silo("a", 0), silo("b", 2), silo("c", 1));

    assertThat(ShownRows.of(2, silos).bySilo()).isEqualTo(Map.of("b", 1, "c", 1));
    assertThat(ShownRows.of(99, silos).bySilo()).isEqualTo(Map.of("b", 2, "c", 1));
    assertThat(ShownRows.of(0, silos).bySilo()).isEmpty();
    assertThat(ShownRows.of(5, silos).of("a")).isZero();
  }

  @Test
  void ofTenThousandSilosAsManyAnswerAsAreShown() {
    List<SiloDescriptor> silos =
        IntStream.range(0, 10_000).mapToObj(i -> silo("silo-%05d".formatted(i), 7)).toList();

    assertThat(ShownRows.of(3, silos).bySilo())
        .isEqualTo(Map.of("silo-00000", 1, "silo-00001", 1, "silo-00002", 1));
  }

  private static SiloDescriptor silo(String name, long testRows) {
    ShardCounts test = new ShardCounts(testRows, 9 * testRows, 7 * testRows, 0, "");
    SiloCounts counts = new SiloCounts(name, ShardCounts.EMPTY, ShardCounts.EMPTY, test, 0);
    return new SiloDescriptor("memory:", counts, List.of(), Placement.STRICT);
  }
}
