package org.silotune.fed.job;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.silotune.fed.metrics.EvaluationRow;

/** Says which silos had no rows to be scored on, of a split after a round. */
public final class HeldOutNote {

  private static final int NAMES = 8;

  private HeldOutNote() {}

  /**
   * Returns a sentence, or nothing where every silo that was scored has held-out rows.
   *
   * @param rows of all silos, of one round and split
   */
  public static Optional<String> of(List<EvaluationRow> rows) {
    var scored = rows.stream().filter(row -> !row.central() && row.complete()).toList();
    var without = scored.stream().filter(row -> row.examples() == 0).toList();
    if (without.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        "There are no held-out rows of the %s split in %s"
            .formatted(
                without.get(0).split(),
                without.size() == scored.size() ? "any silo" : names(without)));
  }

  private static String names(List<EvaluationRow> rows) {
    var names =
        rows.stream().limit(NAMES).map(EvaluationRow::silo).collect(Collectors.joining(", "));
    return rows.size() > NAMES ? "%s and %d more".formatted(names, rows.size() - NAMES) : names;
  }
}
