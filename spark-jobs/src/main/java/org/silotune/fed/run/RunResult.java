package org.silotune.fed.run;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How a run ended: {@code result.json}, written last, so that a run with a result is whole.
 *
 * @param rounds committed rounds
 * @param requestedRounds what the configuration asked for
 * @param bestRound the round with the least central validation loss; the last one where there are
 *     no validation rows
 * @param stoppedEarly whether early stopping ended the run
 * @param reproducible whether every round was, and every score that steered the run or is told
 * @param adapterSha256 hash of the final adapter's names, shapes and bits
 * @param centralLoss mean held-out loss by {@code <split>-<when>} with {@code before}, {@code best}
 *     and {@code final}, over the rows of all silos that were scored each time; without those of a
 *     split that has none
 */
public record RunResult(
    int rounds,
    int requestedRounds,
    int bestRound,
    boolean stoppedEarly,
    boolean reproducible,
    String adapterSha256,
    SortedMap<String, Double> centralLoss) {

  public RunResult {
    centralLoss = Collections.unmodifiableSortedMap(new TreeMap<>(centralLoss));
  }
}
