package org.silotune.prep.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.silotune.prep.shard.StageCounts;
import org.silotune.prep.source.InstructionRows;
import org.silotune.prep.stage.Stage;

/** Where rows ended and which stages marked those that went on, as counts by step. */
final class StageTotals {

  private final TreeMap<String, Long> dropped = new TreeMap<>();
  private final TreeMap<String, Long> marked = new TreeMap<>();

  void addDropped(String step, long rows) {
    dropped.merge(step, rows, Long::sum);
  }

  /** Counts marks, of rows too that a later step dropped. */
  void addMarks(List<String> marks, long rows) {
    marks.forEach(mark -> marked.merge(mark, rows, Long::sum));
  }

  /**
   * Returns the counts of every step that there was: reading, the stages, tokenising, and the stage
   * after it.
   *
   * @param truncated rows that tokenising cut
   */
  List<StageCounts> counts(List<Stage> stages, Optional<Stage> last, long rowsIn, long truncated) {
    List<StageCounts> counts = new ArrayList<>();
    long rows = add(counts, InstructionRows.READ, rowsIn, 0, 0);
    for (Stage stage : stages) {
      long marks = marked.getOrDefault(stage.name(), 0L);
      rows =
          stage.isReporting()
              ? add(counts, stage.name(), rows, 0, marks)
              : add(counts, stage.name(), rows, marks, 0);
    }
    long tokenised = add(counts, RowEncoding.STAGE, rows, truncated, 0);
    long rowsOut = last.map(stage -> add(counts, stage.name(), tokenised, 0, 0)).orElse(tokenised);
    if (rowsIn - dropped.values().stream().mapToLong(Long::longValue).sum() != rowsOut) {
      throw new IllegalStateException("Dropped by no step that there is: " + dropped);
    }
    return List.copyOf(counts);
  }

  private long add(
      List<StageCounts> counts, String name, long rowsIn, long changed, long reported) {
    StageCounts step =
        new StageCounts(name, rowsIn, dropped.getOrDefault(name, 0L), changed, reported);
    counts.add(step);
    return step.rowsOut();
  }
}
