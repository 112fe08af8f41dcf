package org.silotune.prep.job;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.silotune.prep.source.InstructionRows;
import org.silotune.prep.stage.Stage;

/**
 * The steps of a preparation and the rows after each, computed whenever they are asked for: reading
 * first, tokens last. Closing it lets go of rows that executors keep.
 */
public final class PreparationSteps implements AutoCloseable {

  private final List<Step> steps;
  private final StagedRows staged;

  /**
   * A step.
   *
   * @param name as manifests and quarantine have it
   * @param rows after it, all steps before included
   */
  public record Step(String name, Dataset<Row> rows) {}

  private PreparationSteps(List<Step> steps, StagedRows staged) {
    this.steps = List.copyOf(steps);
    this.staged = staged;
  }

  static PreparationSteps of(Dataset<Row> source, StagedRows staged, RowEncoding encoding) {
    List<Step> steps = new ArrayList<>();
    steps.add(new Step(InstructionRows.READ, source));
    List<Stage> stages = staged.stages();
    for (int i = 0; i < stages.size(); i++) {
      steps.add(new Step(stages.get(i).name(), staged.rowsAfter().get(i)));
    }
    steps.add(new Step(RowEncoding.STAGE, encoding.applyTo(staged.rows())));
    return new PreparationSteps(steps, staged);
  }

  /** Returns the steps in order. */
  public List<Step> steps() {
    return steps;
  }

  @Override
  public void close() {
    staged.close();
  }
}
