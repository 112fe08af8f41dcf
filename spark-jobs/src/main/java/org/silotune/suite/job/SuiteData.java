package org.silotune.suite.job;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.silotune.fed.job.JobListener;
import org.silotune.fed.job.PrepareJob;
import org.silotune.prep.shard.PreparedFolder;
import org.silotune.suite.cell.Arm;
import org.silotune.suite.cell.Cell;
import org.silotune.suite.config.SuiteDataset;
import org.silotune.suite.config.SuiteSetting;

/**
 * A data set of a suite with its rows prepared, and the cells that this gives.
 *
 * @param dataset the data set
 * @param rows of its arms
 */
record SuiteData(SuiteDataset dataset, ArmRows rows) {

  /**
   * Prepares a data set, unless it is prepared.
   *
   * @param folder of the data of all data sets, a path or URI
   */
  static SuiteData prepare(
      SparkSession spark,
      SuiteDataset dataset,
      SuiteRequest request,
      String folder,
      JobListener listener) {
    var own = "%s/%s".formatted(folder, dataset.name());
    var prepared = PreparedFolder.at(own + "/all");
    if (!prepared.exists()) {
      listener.stage("Data set %s".formatted(dataset.name()));
      PrepareJob.run(
          dataset.first().config(),
          dataset.place(),
          own + "/all",
          request.hub(),
          request.policy(),
          listener);
    }
    return new SuiteData(dataset, new ArmRows(spark, prepared, dataset.scale(), own));
  }

  /** Returns the cells: the base model, then global, federated and each silo alone by setting. */
  List<Cell> cells() {
    List<Cell> cells = new ArrayList<>();
    var name = dataset.name();
    cells.add(Cell.base(name));
    for (SuiteSetting setting : dataset.settings()) {
      cells.add(Cell.of(name, setting.adapter(), setting.seed(), Arm.GLOBAL));
      cells.add(Cell.of(name, setting.adapter(), setting.seed(), Arm.FEDERATED));
      for (int i = 0; i < rows.silos().size(); i++) {
        cells.add(Cell.local(name, setting.adapter(), setting.seed(), rows.silos().get(i), i + 1));
      }
    }
    return cells;
  }

  /** Returns the experiment of a cell; of the base model that which the data were prepared by. */
  SuiteSetting setting(Cell cell) {
    return dataset.settings().stream()
        .filter(each -> each.adapter().equals(cell.adapter()) && each.seed() == cell.seed())
        .findFirst()
        .orElseGet(dataset::first);
  }

  /** Returns what a cell trains on. */
  PreparedFolder trained(Cell cell) {
    return switch (cell.arm()) {
      case BASE -> throw new IllegalArgumentException("The base model trains on nothing");
      case GLOBAL -> rows.global(cell.seed());
      case FEDERATED -> rows.federated(cell.seed());
      case LOCAL -> rows.local(cell.seed(), cell.silo());
    };
  }
}
