package org.silotune.prep.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What is kept of rows does not grow with the versions they came in. */
final class RowGroupTest {

  @Test
  void groupsOfOneSiloAreOneWhateverTheirFile() {
    List<RowGroup> merged =
        RowGroup.merged(
            List.of(
                group("", "north", "train", 5, 1),
                group("b.jsonl", "north", "train", 7, 0).kept(),
                group("b.jsonl", "north", "test", 2, 2).kept(),
                group("b.jsonl", "", "", 1, 0).kept(),
                group("c.jsonl", "", "", 1, 0).kept()));

    assertThat(merged)
        .containsExactly(
            group("", "north", "train", 12, 1),
            group("", "north", "test", 2, 2),
            group("b.jsonl", "", "", 1, 0),
            group("c.jsonl", "", "", 1, 0));
  }

  private static RowGroup group(String file, String silo, String split, long rows, long truncated) {
    return new RowGroup(file, silo, split, "", "", List.of(), rows, truncated);
  }
}
