package org.silotune.suite.job;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silotune.eval.task.TaskQuestions;
import org.silotune.fed.job.JobListener;
import org.silotune.fed.job.JobSession;
import org.silotune.fed.job.LoadedBase;
import org.silotune.fed.run.FolderLock;
import org.silotune.fed.run.NumericEnvironment;
import org.silotune.fed.run.RunInUseException;
import org.silotune.fed.run.RunStorage;
import org.silotune.suite.cell.Cell;
import org.silotune.suite.cell.CellResult;
import org.silotune.suite.cell.CellStore;
import org.silotune.suite.report.SuiteReport;
import org.silotune.suite.report.SuiteResults;
import org.silotune.suite.stats.SeedBootstrap;
import org.silotune.suite.table.SuiteRows;

/**
 * Runs the cells of a suite that are not done, one after the other on one Spark and one resident
 * base model, then writes tables and report of all that are.
 *
 * <p>A cell that fails is recorded with its reason, the others go on, and the next start tries it
 * again. A start that was killed leaves the cells that had ended; the run of the cell that had not
 * goes on after its last round.
 */
public final class SuiteJob {

  private static final long BOOTSTRAP_SEED = 0;

  private final SuiteRequest request;
  private final JobListener listener;
  private final RunStorage storage;
  private final CellStore store;

  private SuiteJob(SuiteRequest request, JobListener listener, RunStorage storage) {
    this.request = request;
    this.listener = listener;
    this.storage = storage;
    this.store = new CellStore(storage);
  }

  /**
   * Runs what is to run.
   *
   * @throws org.silotune.suite.InvalidSuiteException if the suite changed since its cells were run
   * @throws RunInUseException if another process holds the suite or one of its runs
   */
  public static SuiteOutcome run(SuiteRequest request, JobListener listener) {
    var spark = request.suite().experiment().spark();
    try (var lock =
        FolderLock.take(
            request.folder(), JobSession.storage(spark), "suite " + request.id(), "--id")) {
      return new SuiteJob(request, listener, lock.storage()).run();
    }
  }

  private SuiteOutcome run() {
    requireTasks();
    store.configure(request.id(), request.suite().recorded());
    var experiment = request.suite().experiment();
    var base = LoadedBase.open(request.hub(), request.policy(), experiment, listener);
    var environment = NumericEnvironment.of(System.getenv(), experiment.local().threads());
    listener.stage("Suite %s in %s".formatted(request.id(), storage.uri("")));
    try (var session =
        JobSession.open(experiment.spark(), environment, "silotune " + request.id())) {
      return run(session, base);
    }
  }

  /** A task that does not fit its rows is said now, not after hours. */
  private void requireTasks() {
    var suite = request.suite();
    for (var dataset : suite.datasets()) {
      for (var task : dataset.tasks()) {
        TaskQuestions.of(task.config(), suite.taskRows(), task.limit());
      }
    }
  }

  private SuiteOutcome run(JobSession session, LoadedBase base) {
    List<SuiteData> data = new ArrayList<>();
    for (var dataset : request.suite().datasets()) {
      data.add(
          SuiteData.prepare(
              session.spark(), dataset, request, request.folder() + "/data", listener));
    }
    var tasks =
        new CellTasks(
            session.spark(), base, storage, request.folder(), request.suite().taskRows(), listener);
    var runner = new CellRun(session.spark(), base, request.folder() + "/runs", tasks, listener);
    List<Cell> cells = data.stream().flatMap(each -> each.cells().stream()).toList();
    List<CellResult> results = new ArrayList<>();
    int run = 0;
    for (var own : data) {
      for (var cell : own.cells()) {
        int number = cells.indexOf(cell) + 1;
        var title = "Cell %d of %d: %s".formatted(number, cells.size(), cell.title());
        Optional<CellResult> before = done(cell, own);
        if (before.isPresent()) {
          listener.stage(title + " is done");
          results.add(before.get());
          continue;
        }
        listener.stage(title);
        var result = result(session, runner, cell, own);
        store.keep(result);
        results.add(result);
        run += result.done() ? 1 : 0;
      }
    }
    return report(session, base, cells, results, run);
  }

  private Optional<CellResult> done(Cell cell, SuiteData data) {
    return store
        .find(cell)
        .filter(CellResult::done)
        .filter(result -> result.asked().containsAll(CellTasks.asked(data.dataset())));
  }

  /** Runs a cell. What stops this process, or belongs to another one, is no result of the cell. */
  private CellResult result(JobSession session, CellRun runner, Cell cell, SuiteData data) {
    try {
      return runner.run(cell, data);
    } catch (RunInUseException e) {
      throw e;
    } catch (Exception e) { // Spark's own is a checked one that Java does not see
      if (session.spark().sparkContext().isStopped()) {
        throw e;
      }
      var reason = FailureReason.of(e);
      listener.warned("%s failed: %s".formatted(cell.title(), reason));
      return CellResult.failed(cell, reason);
    }
  }

  private SortedMap<String, String> notes() {
    SortedMap<String, String> notes = new TreeMap<>();
    for (var dataset : request.suite().datasets()) {
      dataset.note().ifPresent(note -> notes.put(dataset.name(), note));
    }
    return notes;
  }

  private SuiteOutcome report(
      JobSession session, LoadedBase base, List<Cell> cells, List<CellResult> results, int run) {
    listener.stage("Writing tables and report");
    var bootstrap = SeedBootstrap.ofSeed(BOOTSTRAP_SEED);
    var found =
        new SuiteResults(
            request.suite().name(),
            request.suite().scale(),
            base.model().name(),
            cells,
            results,
            notes(),
            SuiteFacts.of(request.suite(), base),
            request.command());
    new SuiteTables(session.spark(), storage).write(found, bootstrap);
    var report = new SuiteReport(found, bootstrap);
    var target = request.report().orElse(request.folder() + "/report");
    var files = RunStorage.at(target, JobSession.storage(request.suite().experiment().spark()));
    files.delete("charts"); // of an earlier start, which may have had others
    report
        .files()
        .forEach((file, text) -> files.replace(file, text.getBytes(StandardCharsets.UTF_8)));
    return new SuiteOutcome(
        cells.size(),
        run,
        found.missing(),
        report.findings(),
        new SuiteRows(found).claims(bootstrap),
        target,
        request.folder() + "/tables");
  }
}
