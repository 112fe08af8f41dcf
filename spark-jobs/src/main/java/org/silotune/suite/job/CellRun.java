package org.silotune.suite.job;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.silotune.fed.job.ExampleLossJob;
import org.silotune.fed.job.JobListener;
import org.silotune.fed.job.LoadedBase;
import org.silotune.fed.job.PlanJob;
import org.silotune.fed.job.RunSummary;
import org.silotune.fed.job.StoredFolder;
import org.silotune.fed.job.TrainJob;
import org.silotune.fed.job.TrainRequest;
import org.silotune.fed.round.RoundTraffic;
import org.silotune.llm.adapter.Adapter;
import org.silotune.prep.shard.PreparedFolder;
import org.silotune.prep.shard.SiloCounts;
import org.silotune.suite.cell.Arm;
import org.silotune.suite.cell.Cell;
import org.silotune.suite.cell.CellCosts;
import org.silotune.suite.cell.CellResult;
import org.silotune.suite.cell.CellRound;

/**
 * Runs one cell: an ordinary run under the cell's id, which goes on where it was interrupted, then
 * the test rows and the tasks with its best adapter.
 */
final class CellRun {

  private final SparkSession spark;
  private final LoadedBase base;
  private final String runs;
  private final CellTasks tasks;
  private final JobListener listener;

  /**
   * Runs on a running Spark.
   *
   * @param runs the folder of the cells' runs, a path or URI
   */
  CellRun(SparkSession spark, LoadedBase base, String runs, CellTasks tasks, JobListener listener) {
    this.spark = spark;
    this.base = base;
    this.runs = runs;
    this.tasks = tasks;
    this.listener = listener;
  }

  CellResult run(Cell cell, SuiteData data) {
    long began = System.nanoTime();
    PeakMemory.begin();
    if (cell.arm() == Arm.BASE) {
      return scored(cell, data, Trained.nothing(), began);
    }
    var setting = data.setting(cell);
    var folder = data.trained(cell);
    var request =
        new TrainRequest(
            setting.config(), setting.resolved(), Optional.of(folder.uri()), runs, cell.id());
    var summary = TrainJob.run(request, base, listener);
    return scored(cell, data, trained(cell, data, summary, folder), began);
  }

  /**
   * What training gave.
   *
   * @param adapter of the best round
   * @param tables of the run, empty where there is none
   */
  private record Trained(
      Optional<Adapter> adapter,
      int bestRound,
      String adapterSha256,
      boolean reproducible,
      Optional<RunCurves> tables,
      long trainRows,
      long bytesDown,
      long bytesUp) {

    static Trained nothing() {
      return new Trained(
          Optional.empty(), 0, "", /* reproducible= */ true, Optional.empty(), 0, 0, 0);
    }
  }

  private Trained trained(Cell cell, SuiteData data, RunSummary summary, PreparedFolder folder) {
    var run = "%s/%s".formatted(runs, cell.id());
    var curves = RunCurves.read(spark, run);
    long silosAsked = curves.rounds().stream().mapToLong(CellRound::cohort).sum();
    boolean shares = cell.arm() == Arm.FEDERATED;
    var traffic =
        shares
            ? Optional.of(PlanJob.traffic(data.setting(cell).config(), base, folder))
            : Optional.<RoundTraffic>empty();
    var result = summary.result();
    return new Trained(
        Optional.of(StoredFolder.at(run).child("best").adapter().adapter()),
        result.bestRound(),
        result.adapterSha256(),
        result.reproducible(),
        Optional.of(curves),
        trainRows(folder),
        traffic.map(bytes -> silosAsked * bytes.downBytes()).orElse(0L),
        traffic.map(bytes -> silosAsked * bytes.upBytes()).orElse(0L));
  }

  private CellResult scored(Cell cell, SuiteData data, Trained trained, long began) {
    var config = data.setting(cell).config();
    listener.stage("Scoring test rows and tasks");
    var losses =
        ExampleLossJob.run(
            base,
            trained.adapter(),
            data.rows().test(),
            config.placement(),
            config.heldOutLoss(),
            config.spark(),
            listener);
    var answered = tasks.ask(cell, data.dataset(), trained.adapter());
    List<CellRound> rounds = trained.tables().map(RunCurves::rounds).orElse(List.of());
    return new CellResult(
        cell,
        CellResult.Status.DONE,
        "",
        trained.bestRound(),
        trained.adapterSha256(),
        trained.reproducible(),
        new CellCosts(
            trained.trainRows(),
            rounds.stream().mapToLong(CellRound::steps).sum(),
            rounds.stream().mapToLong(CellRound::tokens).sum(),
            trained.bytesDown(),
            trained.bytesUp(),
            seconds(rounds),
            (System.nanoTime() - began) * 1e-9,
            PeakMemory.bytes()),
        rounds,
        trained.tables().map(RunCurves::losses).orElse(List.of()),
        losses,
        CellTasks.asked(data.dataset()),
        answered.scores(),
        answered.answers());
  }

  private static double seconds(List<CellRound> rounds) {
    double seconds = 0;
    for (CellRound round : rounds) {
      seconds += round.seconds();
    }
    return seconds;
  }

  private static long trainRows(PreparedFolder folder) {
    return folder.manifest().silos().stream()
        .map(SiloCounts::train)
        .mapToLong(train -> train.exampleCount())
        .sum();
  }
}
