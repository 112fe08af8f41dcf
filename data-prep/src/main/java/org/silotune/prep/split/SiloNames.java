package org.silotune.prep.split;

import java.util.List;
import java.util.stream.IntStream;
import org.silotune.prep.PreparationException;

/** Names of made-up silos, whose text order is their number's: {@code silo-00 .. silo-11}. */
final class SiloNames {

  private SiloNames() {}

  /**
   * Returns the names of {@code count} silos.
   *
   * @throws PreparationException if the count is not positive
   */
  static List<String> of(int count) {
    requirePositive(count);
    int digits = Integer.toString(count - 1).length();
    return IntStream.range(0, count)
        .mapToObj(i -> "silo-" + "0".repeat(digits - Integer.toString(i).length()) + i)
        .toList();
  }

  static void requirePositive(int count) {
    if (count < 1) {
      throw new PreparationException("Invalid silo count %d: must be >= 1".formatted(count));
    }
  }
}
